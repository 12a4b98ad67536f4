"""The processor that code is made for: its vector width and what sets its code apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from llvmlite import binding


@dataclass(frozen=True)
class Target:
    """A processor in LLVM's terms; `features` is LLVM's list, such as "+avx2,+fma"."""

    triple: str
    cpu: str
    features: str

    @property
    def vector_bytes(self) -> int:
        """Bytes in the widest vector register."""
        if self.has("avx512f"):
            return 64
        return 32 if self.has("avx") else 16

    @property
    def fma(self) -> bool:
        """Whether the processor multiplies and adds with a single rounding."""
        return self.has("fma") or self.architecture in ("aarch64", "arm64")

    @property
    def architecture(self) -> str:
        """First part of the triple."""
        return self.triple.split("-")[0]

    def has(self, feature: str) -> bool:
        """Whether the processor has a feature."""
        return f"+{feature}" in self.features.split(",")

    def machine(self) -> binding.TargetMachine:
        """LLVM's code generator for the processor."""
        _initialize()
        target = binding.Target.from_triple(self.triple)
        return target.create_target_machine(
            cpu=self.cpu, features=self.features, opt=2, reloc="pic", codemodel="jitdefault"
        )


@cache
def host() -> Target:
    """The processor this process runs on."""
    _initialize()
    return Target(
        triple=binding.get_process_triple(),
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
    )


@cache
def _initialize() -> None:
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
