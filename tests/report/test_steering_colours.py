"""The colours of the steering page stand out enough, computed by the rule of WCAG 2."""

from __future__ import annotations

import re

import pytest

from cwb_impact.report.steering_page import ASSETS


def _luminance(colour: str) -> float:
    digits = "".join(2 * digit for digit in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2: from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#fff", "#000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # a published example of the W3C


def test_words_and_shapes_stand_out_from_what_is_behind_them() -> None:
    style = re.sub(r"/\*.*?\*/", "", (ASSETS / "steering.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    named = dict(re.findall(r"--(\w+):\s*(#[0-9a-f]+)", style))

    def colours(value: str) -> list[str]:
        return [named[name] if name else raw for name, raw in re.findall(r"var\(--(\w+)\)|(#[0-9a-f]{3,6})", value)]

    # a transparent background is that of the page, or of the filters
    behind_all = [named["white"], named["soft"]]
    words, shapes = 0, 0
    for selector, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", style):
        declared = dict(re.findall(r"(?<![\w-])(color|background|fill|stroke):\s*([^;]+)", rule))
        for colour in colours(declared.get("color", "")):
            for behind in colours(declared.get("background", "")) or behind_all:
                words += 1
                assert contrast(colour, behind) >= 4.5, f"{selector}: {colour} on {behind}"
        for name in ("fill", "stroke"):
            for colour in colours(declared.get(name, "")):
                shapes += 1
                assert contrast(colour, named["white"]) >= 3, f"{selector}: {name} {colour}"
    assert words > 12
    assert shapes >= 7
    assert ":focus-visible" in style
    assert "prefers-reduced-motion: no-preference" in style
    assert "@media print" in style
