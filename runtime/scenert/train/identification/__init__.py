"""System identification: the parameters with which a scene does what was recorded.

- recording.py   what was recorded of a robot
- fit.py         least squares over recordings, with exact Jacobians
- report.py      what the recordings say of the parameters, and what they leave open
"""

from scenert.train.identification.fit import identify
from scenert.train.identification.recording import Recording, record
from scenert.train.identification.report import Identification

__all__ = ["Identification", "Recording", "identify", "record"]
