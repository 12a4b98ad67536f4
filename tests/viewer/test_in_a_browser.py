"""The page in Chromium: it plays, it is not blank, and it loads nothing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from scenert import View

BLUE, ORANGE = 0.58, 0.07  # hues of the first and second robot, in turns


@pytest.fixture
def page(browser: webdriver.Chrome, seen: View, tmp_path: Path) -> webdriver.Chrome:
    browser.get(seen.save(tmp_path / "page.html").as_uri())
    wait(browser, "return robots.length > 0 && !player.changed")
    return browser


def wait(browser: webdriver.Chrome, script: str) -> None:
    WebDriverWait(browser, 30).until(lambda b: b.execute_script(script))


def picture(browser: webdriver.Chrome) -> np.ndarray:
    """What the canvas shows, (height, width, 3)."""
    png = browser.find_element(By.ID, "canvas").screenshot_as_png
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def wait_for_another(browser: webdriver.Chrome, before: np.ndarray) -> None:
    """Until the canvas shows another picture: browsers may put off what a page has drawn."""
    WebDriverWait(browser, 30).until(lambda b: np.mean(picture(b) != before) > 0.01)


def share(image: np.ndarray, hue: float) -> float:
    """The share of the picture that has about that hue, strongly."""
    hsv = np.asarray(Image.fromarray(image).convert("HSV")) / 255
    away = np.abs((hsv[..., 0] - hue + 0.5) % 1 - 0.5)
    return float(np.mean((away < 0.04) & (hsv[..., 1] > 0.4) & (hsv[..., 2] > 0.15)))


def test_both_robots_are_seen_side_by_side(page: webdriver.Chrome) -> None:
    image = picture(page)
    assert share(image, BLUE) > 0.01
    assert share(image, ORANGE) > 0.003
    columns = [np.flatnonzero(_mask(image, hue).any(0)).mean() for hue in (BLUE, ORANGE)]
    assert abs(columns[0] - columns[1]) > 40
    assert [chip.text for chip in page.find_elements(By.CLASS_NAME, "chip")] == ["large", "small"]


def _mask(image: np.ndarray, hue: float) -> np.ndarray:
    hsv = np.asarray(Image.fromarray(image).convert("HSV")) / 255
    return (np.abs(hsv[..., 0] - hue) < 0.04) & (hsv[..., 1] > 0.5)


def test_a_click_on_play_plays_and_another_pauses(page: webdriver.Chrome) -> None:
    before, button = picture(page), page.find_element(By.ID, "play")
    assert button.get_attribute("aria-label") == "Play"
    button.click()
    assert button.get_attribute("aria-label") == "Pause"
    wait(page, "return player.time > 0.2")
    button.click()
    time = page.execute_script("return player.time")
    wait(page, "return Math.abs(slider.value * duration - player.time) < 1e-6")
    assert page.find_element(By.ID, "clock").text.startswith(f"{time:.2f}")
    assert page.execute_script("return player.time") == time
    wait_for_another(page, before)


def test_dragging_the_slider_moves_time_and_robots(page: webdriver.Chrome) -> None:
    before, slider = picture(page), page.find_element(By.ID, "slider")
    reach = slider.size["width"] // 2 - 10
    ActionChains(page).move_to_element_with_offset(
        slider, -reach, 0
    ).click_and_hold().move_by_offset(reach, 0).release().perform()
    wait(page, "return !player.changed")
    assert page.execute_script("return player.time / duration") == pytest.approx(0.5, abs=0.05)
    wait_for_another(page, before)


def test_contact_forces_are_arrows_that_can_be_switched_off(page: webdriver.Chrome) -> None:
    shown = "return forceLayer.arrows.filter((arrow) => arrow.visible).length"
    assert page.execute_script(shown) == 0
    page.execute_script(
        "const starts = forces[0].starts, touching = starts.findIndex((start) => start > 0);"
        "player.seek((touching - 1) * DATA.time.step)"
    )
    wait(page, f"{shown} === 1")
    page.find_element(By.XPATH, "//nav/button[text()='Forces']").click()
    wait(page, f"{shown} === 0")


def test_plots_show_what_the_sensors_read(page: webdriver.Chrome, seen: View) -> None:
    page.execute_script("player.seek(duration)")
    wait(page, "return !player.changed")
    names = [box.text.split("\n")[0] for box in page.find_elements(By.CLASS_NAME, "plot")]
    assert names == ["place", "speed", "touch"]
    reading = page.find_element(By.XPATH, "//section[.//span='place']//h2/span[2]").text
    expected = seen.motion.sensors["place"][0, -1]
    assert [float(x) for x in reading.split()[:3]] == pytest.approx(expected, abs=0.01)


def test_robots_can_be_laid_over_each_other(page: webdriver.Chrome) -> None:
    page.find_element(By.XPATH, "//nav/button[text()='Side by side']").click()
    places = page.execute_script("return robots.map(({group}) => group.position.toArray())")
    assert places[0] == places[1]


def test_dark_is_dark(page: webdriver.Chrome) -> None:
    page.execute_script("theme.set('light'); player.changed = true")
    wait(page, "return !player.changed")
    light = picture(page).mean()
    page.execute_script("theme.set('dark'); player.changed = true")
    wait(page, "return !player.changed")
    assert picture(page).mean() < light / 3


def test_nothing_is_loaded_and_nothing_goes_wrong(page: webdriver.Chrome) -> None:
    loaded = page.execute_script(
        "return performance.getEntriesByType('resource').map((e) => e.name)"
    )
    assert loaded == []
    faults = [entry for entry in page.get_log("browser") if "GPU stall" not in entry["message"]]
    assert faults == []


def test_a_notebooks_output_plays_in_its_frame(
    browser: webdriver.Chrome, seen: View, tmp_path: Path
) -> None:
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><p>Output:</p>{seen._repr_html_()}", "utf-8")
    browser.get(notebook.as_uri())
    browser.switch_to.frame(0)
    wait(browser, "return typeof player === 'object' && !player.changed")
    browser.find_element(By.ID, "play").click()
    wait(browser, "return player.time > 0.1")
    assert share(picture(browser), BLUE) > 0.01
