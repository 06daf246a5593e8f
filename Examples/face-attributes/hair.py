"""Hair, hats and beards: they follow age loosely (grey, receding) and hide part of what tells it."""

from dataclasses import dataclass

import numpy as np

from pose import mix, ring, shade

_COLOURS = np.array([(28, 22, 20), (54, 36, 26), (92, 60, 38), (140, 96, 54), (206, 168, 104), (150, 66, 36)], float)
_GREY = (206, 204, 200)


@dataclass
class Hair:
    colour: tuple
    brow: tuple
    style: str
    line: float      # height of the hairline on the forehead, head frame
    part: float
    beard: float     # 0 none ... 1 full
    hat: tuple | None


def hair_of(rng, cue, years):
    colour = tuple(_COLOURS[rng.integers(len(_COLOURS))] * rng.uniform(0.85, 1.15))
    grey = float(np.clip(cue(0, 0, 0.04, 0.42, 0.92) + rng.normal(0, 0.06), 0, 1))
    if rng.random() < 0.10:
        grey *= 0.3              # dyed
    style = str(rng.choice(["short", "long", "curly", "bob", "spiky"], p=[0.30, 0.24, 0.18, 0.16, 0.12]))
    if rng.random() < cue(0, 0, 0.06, 0.20, 0.36):
        style = "bald"
    line = cue(-0.42, -0.47, -0.50, -0.56, -0.62) + rng.normal(0, 0.04)
    beard = rng.uniform(0.35, 1.0) if rng.random() < cue(0, 0.03, 0.30, 0.34, 0.34) else 0.0
    hat = tuple(rng.uniform(30, 225, 3)) if rng.random() < 0.08 else None
    return Hair(mix(colour, _GREY, grey), mix(shade(colour, 0.8), _GREY, grey * 0.75), style, line, rng.uniform(-0.4, 0.4), beard, hat)


def draw_back_hair(pen, rng, looks):
    hair, w = looks.hair, looks.width
    dark = shade(hair.colour, 0.72)
    if hair.style in ("long", "bob"):
        end = rng.uniform(1.35, 1.9) if hair.style == "long" else rng.uniform(0.75, 1.0)
        s = w * rng.uniform(1.10, 1.25)
        a = np.linspace(-np.pi / 2, np.pi / 2, 17)
        crown = np.stack([s * np.sin(a), -0.05 - 1.08 * np.cos(a)], 1)
        tips = [(s * 1.06, end - 0.12), (s * 0.85, end), (-s * 0.85, end), (-s * 1.06, end - 0.12)]
        pen.fill(np.concatenate([crown, tips]), dark, on_face=False)
    elif hair.style == "curly":
        for a in np.linspace(-2.4, 2.4, 13):
            r = rng.uniform(0.22, 0.34)
            pen.ellipse(w * 0.98 * np.sin(a), -0.18 - 0.86 * np.cos(a), r, r, shade(hair.colour, rng.uniform(0.7, 0.95)), on_face=False)


def draw_front_hair(pen, rng, looks):
    hair, w = looks.hair, looks.width
    if hair.style == "bald":
        if looks.years > 2.2:
            for s in (-1, 1):
                pen.fill(ring(s * w * 0.98, -0.12, 0.11, 0.28), hair.colour, 0.9, on_face=False)
    else:
        t = np.linspace(-1, 1, 13)
        top = np.stack([w * 1.05 * np.sin(t * 1.75), -0.02 - 1.06 * np.cos(t * 1.55)], 1)
        if hair.style == "spiky":
            top[1:-1:2] *= 1.13
        elif hair.style == "curly":
            top *= 1.05
        low_y = hair.line + 0.36 * np.abs(t) ** 3 + 0.16 * np.abs(t - hair.part) * (1 - t**2)
        low = np.stack([w * 1.0 * t[::-1], low_y[::-1] + rng.normal(0, 0.018, 13)], 1)
        pen.fill(np.concatenate([top, low]), hair.colour, on_face=False)
        x = rng.uniform(-0.5, 0.3) * w
        pen.line([(x, -0.97), (x + 0.22, -0.80), (x + 0.34, hair.line - 0.08)], mix(hair.colour, (255, 255, 255), 0.22), 0.07, 0.6, on_face=False)
    if hair.hat is not None:
        t = np.linspace(-1, 1, 13)
        brim = min(-0.40, looks.eye_y - 0.46)
        top = np.stack([w * 1.10 * np.sin(t * 1.57), brim + 0.02 - (1.16 + brim) * np.cos(t * 1.57)], 1)
        pen.fill(top, hair.hat, on_face=False)
        pen.line([(-w * 1.08, brim), (0, brim - 0.03), (w * 1.08, brim)], shade(hair.hat, 0.75), 0.15, on_face=False)


def draw_beard(pen, rng, looks):
    k = looks.hair.beard
    if not k:
        return
    w, chin, my = looks.width, looks.chin, looks.mouth_y
    t = np.linspace(-1, 1, 13)
    low = np.stack([w * 0.97 * np.sin(t * 1.4), 0.12 + (chin - 0.10) * np.cos(t * 1.45)], 1)
    high = np.stack([0.80 * w * t, my - 0.02 - 0.16 * np.abs(t) ** 2 + 0.16 * (1 - np.abs(t))], 1)
    colour, alpha = mix(looks.hair.brow, looks.hair.colour, 0.4), 0.25 + 0.7 * k
    pen.fill(np.concatenate([low, high[::-1]]), colour, alpha, on_face=False)
    if rng.random() < 0.7:
        pen.line([(-0.30, my + 0.02), (-0.16, my - 0.085), (0, my - 0.075), (0.16, my - 0.085), (0.30, my + 0.02)], colour, 0.075, alpha)
