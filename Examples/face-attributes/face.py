"""The person who does not exist: draws one parametric head from its labels.

Each label shows in several cues with a scatter of their own, so that neighbouring age groups blur, a
weak expression resembles a neutral one, and no single pixel gives an answer away."""

import numpy as np

from hair import draw_back_hair, draw_beard, draw_front_hair, hair_of
from pose import Pen, Pose, mix, ring, shade

# Skin in neutral light at tone 0, 1, ... 5 (the middle of each group), and half a step beyond both ends.
_TONES = np.array([(255, 228, 208), (250, 215, 190), (234, 190, 156), (208, 158, 118), (171, 118, 80),
                   (124, 80, 54), (78, 50, 37), (62, 40, 31)], float)
_TONE_AT = np.array([-0.5, 0, 1, 2, 3, 4, 5, 5.5])


def skin_colour(tone):
    return tuple(float(np.interp(tone, _TONE_AT, _TONES[:, c])) for c in range(3))


class Looks:
    """The continuous cues drawn from the labels. `cue(table)` reads a table over age 0...4 at an age that
    scatters around the person's, so that cues of one person agree only roughly."""

    def __init__(self, rng, age, emotion, eyewear, skin_tone):
        self.rng, self.emotion, self.eyewear = rng, emotion, eyewear
        years = age + rng.uniform(-0.3, 0.3)
        cue = lambda *table: float(np.interp(years + rng.normal(0, 0.2), range(5), table))
        self.years, self.cue = years, cue
        self.width = cue(0.97, 0.88, 0.80, 0.80, 0.77) + rng.normal(0, 0.02)
        self.jaw = cue(0.08, 0.16, 0.22, 0.18, 0.24) + rng.normal(0, 0.02)
        self.chin = cue(0.93, 1.02, 1.10, 1.12, 1.12)
        self.eye_y = cue(0.20, 0.10, 0.00, 0.00, 0.00) + rng.normal(0, 0.012)
        self.eye_x = 0.43 * self.width + rng.normal(0, 0.01)
        self.eye_size = cue(0.178, 0.150, 0.122, 0.116, 0.104) * rng.uniform(0.95, 1.05)
        self.nose = cue(0.17, 0.24, 0.32, 0.34, 0.38) * rng.uniform(0.93, 1.07)
        self.mouth_y = cue(0.60, 0.58, 0.56, 0.58, 0.58) + rng.normal(0, 0.012)
        self.brow = cue(0.030, 0.045, 0.062, 0.062, 0.055) * rng.uniform(0.8, 1.2)
        self.wrinkles = max(0.0, cue(0, 0, 0.10, 0.60, 1.0))
        self.blush = max(0.0, cue(0.34, 0.14, 0.04, 0, 0))
        tone = skin_tone + float(np.clip(rng.normal(0, 0.15), -0.36, 0.36))
        self.skin = tuple(c * (1 + rng.normal(0, 0.012)) for c in skin_colour(tone))
        self.lip = mix(self.skin, (176, 62, 70), rng.uniform(0.35, 0.6))
        self.gaze = rng.normal(0, 0.14)
        self.iris = ((58, 38, 26), (84, 58, 34), (70, 110, 140), (80, 116, 76))[rng.integers(4)]
        self.expression()
        self.hair = hair_of(rng, cue, years)

    def expression(self):
        """Sets mouth, eyes and brows: `curve` lifts the corners, `slant` lowers the inner ends of the brows."""
        r, n = self.rng, self.rng.normal
        k = r.uniform(0.55, 1.0)
        self.curve, self.open, self.mouth_w = n(0, 0.12), max(0.0, n(0, 0.010)), 0.31 + n(0, 0.02)
        self.wave, self.teeth, self.lids = n(0, 0.06), False, 0.72 + n(0, 0.05)
        self.brow_lift, self.slant, self.nose_lines, self.squint = n(0, 0.012), n(0, 0.05), 0.0, 0.0
        if self.emotion == 1:    # happy
            self.curve += 0.95 * k
            self.mouth_w += 0.08 * k
            self.open += (0.10 * k if r.random() < 0.6 else 0.0)
            self.teeth, self.lids = True, self.lids - 0.16 * k
        elif self.emotion == 2:  # sad
            self.curve -= 0.95 * k
            self.slant -= 0.60 * k
            self.mouth_w -= 0.04 * k
            self.lids -= 0.16 * k
        elif self.emotion == 3:  # angry
            self.slant += 0.55 * k
            self.brow_lift -= 0.05 * k
            self.curve -= 0.40 * k
            self.lids -= 0.14 * k
            if r.random() < 0.4:
                self.open, self.teeth = self.open + 0.055 * k, True
        elif self.emotion == 4:  # surprised
            self.open += 0.07 + 0.12 * k
            self.mouth_w -= 0.11 * k
            self.lids += 0.38 * k
            self.brow_lift += 0.12 * k
        elif self.emotion == 5:  # disgusted
            self.wave += 0.85 * k * (1 if r.random() < 0.5 else -1)
            self.curve -= 0.30 * k
            self.nose_lines, self.squint = k, 0.40 * k
            self.slant += 0.18 * k
            self.lids -= 0.12 * k


def draw_person(draw, rng, looks):
    """Draws shoulders, head, hair and glasses; gives the pose, which the light needs."""
    pose = Pose(rng, looks.width)
    pen = Pen(draw, pose)
    draw_back_hair(pen, rng, looks)
    _body(pen, rng, looks)
    _head(pen, looks)
    _wrinkles(pen, rng, looks)
    draw_beard(pen, rng, looks)
    _nose(pen, looks)
    _mouth(pen, looks)
    for side in (-1, 1):
        _eye(pen, looks, side)
    draw_front_hair(pen, rng, looks)
    for side in (-1, 1):
        _brow(pen, looks, side)
    if looks.eyewear:
        _eyewear(pen, rng, looks)
    return pose


def outline(looks, grow=1.0):
    """The head's silhouette: an ellipse whose lower half narrows towards the chin."""
    a = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x, y = np.sin(a), -np.cos(a)
    low = np.maximum(0, y)
    return np.stack([looks.width * x * (1 - looks.jaw * low**1.5) * grow,
                     y * np.where(y > 0, looks.chin - 0.02, 1.0) * grow], 1)


def _body(pen, rng, looks):
    cloth = tuple(mix(rng.uniform(25, 235, 3), (128, 128, 128), rng.uniform(0, 0.5)))
    wide = looks.cue(1.05, 1.25, 1.55, 1.65, 1.5)
    neck = looks.cue(0.30, 0.36, 0.46, 0.48, 0.42)
    pen.fill([(-neck, 0.5), (neck, 0.5), (neck * 1.15, 1.5), (-neck * 1.15, 1.5)], shade(looks.skin, 0.80), on_face=False)
    pen.fill([(-wide, 3.2), (-wide, 1.75), (-wide * 0.75, 1.48), (-neck * 1.2, 1.30), (0, 1.52), (neck * 1.2, 1.30),
              (wide * 0.75, 1.48), (wide, 1.75), (wide, 3.2)], cloth, on_face=False)
    if rng.random() < 0.4:
        pen.line([(-neck * 1.2, 1.30), (0, 1.52), (neck * 1.2, 1.30)], shade(cloth, 0.6), 0.07, on_face=False)


def _head(pen, looks):
    skin = looks.skin
    turn = pen.pose.yaw * 0.35
    for side in (-1, 1):
        x = side * looks.width * 0.98 - turn
        pen.ellipse(x, looks.eye_y + 0.12, 0.13, 0.21, shade(skin, 0.93), on_face=False)
        pen.ellipse(x, looks.eye_y + 0.12, 0.07, 0.13, shade(skin, 0.78), on_face=False)
    pen.fill(outline(looks), skin, on_face=False)
    if looks.blush > 0.02:
        for side in (-1, 1):
            for r in (0.20, 0.13):
                pen.ellipse(side * looks.eye_x * 1.12, looks.eye_y + 0.33, r, r * 0.8, mix(skin, (226, 84, 84), 0.75), looks.blush * 0.6)


def _wrinkles(pen, rng, looks):
    """Forehead lines, folds beside the nose, bags and crow's feet; freckles on the young."""
    w, dark = looks.wrinkles, shade(looks.skin, 0.62)
    if w > 0.08:
        a, ey = min(0.9, 0.15 + 0.7 * w), looks.eye_y
        x = np.linspace(-0.38, 0.38, 7)
        for i in range(1 + int(w * 2.4)):
            pen.line(np.stack([x, ey - 0.40 - 0.10 * i + 0.05 * (x / 0.38) ** 2 + rng.normal(0, 0.008, 7)], 1), dark, 0.022, a * 0.8)
        for s in (-1, 1):
            pen.line([(s * 0.19, ey + looks.nose * 0.85), (s * 0.29, ey + looks.nose + 0.10), (s * 0.34, looks.mouth_y + 0.02)], dark, 0.028, a)
            ex, r = s * looks.eye_x, looks.eye_size
            pen.line([(ex - 0.7 * r, ey + 1.15 * r), (ex, ey + 1.5 * r), (ex + 0.8 * r, ey + 1.1 * r)], dark, 0.024, a * 0.8)
            for dy in (-0.06, 0.0, 0.06)[: 1 + int(w * 2.2)]:
                pen.line([(ex + s * 1.3 * r, ey + dy * 0.4), (ex + s * (1.3 * r + 0.11), ey + dy * 1.6)], dark, 0.020, a * 0.8)
    elif rng.random() < 0.25:
        for _ in range(rng.integers(4, 10)):
            pen.ellipse(rng.uniform(-0.5, 0.5) * looks.width, looks.eye_y + rng.uniform(0.15, 0.45), 0.018, 0.018, dark, 0.5)


def _nose(pen, looks):
    y0, y1 = looks.eye_y, looks.eye_y + looks.nose
    wide = 0.09 + 0.16 * looks.nose
    side = 1 if pen.pose.yaw < 0 else -1
    pen.fill([(0.0, y0 + 0.02), (side * wide, y1), (0.0, y1 + 0.02)], shade(looks.skin, 0.84), 0.8)
    pen.ellipse(0, y1 - 0.02, wide * 0.75, wide * 0.55, mix(shade(looks.skin, 1.04), (230, 120, 110), 0.08))
    pen.line([(-wide, y1), (-wide * 0.4, y1 + 0.035), (wide * 0.4, y1 + 0.035), (wide, y1)], shade(looks.skin, 0.60), 0.030)
    if looks.nose_lines:
        for s in (-1, 1):
            for i in range(2):
                pen.line([(s * 0.03, y0 - 0.02 + 0.08 * i), (s * 0.11, y0 - 0.07 + 0.08 * i)], shade(looks.skin, 0.6), 0.025, looks.nose_lines)


def _mouth(pen, looks):
    w = looks.mouth_w
    t = np.linspace(-1, 1, 15)
    bow = 1 - t**2
    middle = looks.mouth_y + 0.19 * looks.curve * (0.5 - t**2) + 0.10 * looks.wave * np.sin(np.pi * t) - 0.05 * abs(looks.wave) * t * np.sign(looks.wave)
    round_ = np.sqrt(np.maximum(0, bow))
    up, low = middle - looks.open * 0.55 * round_, middle + looks.open * 1.05 * round_
    x = w * t
    upper, lower = np.stack([x, up], 1), np.stack([x, low], 1)
    if looks.open > 0.02:
        pen.fill(np.concatenate([upper, lower[::-1]]), (72, 20, 26))
        if looks.teeth:
            pen.fill(np.concatenate([upper, np.stack([x, up + np.minimum(low - up, 0.075)], 1)[::-1]]), (242, 238, 228))
        elif looks.open > 0.1:
            pen.ellipse(0, looks.mouth_y + looks.open * 0.6, w * 0.5, looks.open * 0.4, (190, 84, 88))
    full = np.stack([x, low + 0.035 * bow + 0.01], 1)
    pen.fill(np.concatenate([lower, full[::-1]]), looks.lip)
    pen.line(upper, mix(looks.lip, (40, 10, 14), 0.70), 0.055)
    if looks.open > 0.02:
        pen.line(lower, looks.lip, 0.035)


def _eye(pen, looks, side):
    x, y, r = side * looks.eye_x, looks.eye_y, looks.eye_size
    lids = max(0.16, looks.lids - (looks.squint if side > 0 else looks.squint * 0.6))
    pen.ellipse(x, y - 0.02, r * 1.25, r * 1.05, shade(looks.skin, 0.88), 0.6)
    pen.ellipse(x, y, r, r * lids, (244, 242, 238))
    iris = ring(looks.gaze * r, 0, r * 0.56, r * 0.56)
    limit = r * lids * np.sqrt(np.maximum(0, 1 - (iris[:, 0] / r) ** 2))
    iris[:, 1] = np.clip(iris[:, 1], -limit, limit)
    pen.fill(iris + (x, y), looks.iris)
    pen.fill(iris * 0.5 + (x + looks.gaze * r * 0.5, y), (18, 14, 14))
    pen.ellipse(x + looks.gaze * r + 0.02, y - r * lids * 0.35, r * 0.14, r * 0.14, (255, 255, 255))
    t = np.linspace(-1, 1, 9)
    pen.line(np.stack([x + r * 1.05 * t, y - r * lids * np.sqrt(1 - t**2)], 1), shade(looks.skin, 0.30), 0.032)


def _brow(pen, looks, side):
    x, y = side * looks.eye_x, looks.eye_y - looks.eye_size * 1.18 - 0.075 - looks.brow_lift
    t = np.linspace(-1, 1, 6)   # from the inner end to the outer one
    px = x + side * 0.175 * t
    py = y - 0.23 * looks.slant * t - 0.028 * (1 - t**2) + (0.02 if looks.slant > 0.2 else 0)
    pen.line(np.stack([px, py], 1), looks.hair.brow, looks.brow + 0.022, 0.95)


def _eyewear(pen, rng, looks):
    """Frames with clear or lightly tinted lenses, or sunglasses with dark ones."""
    sun = looks.eyewear == 2
    rx = looks.eye_x * rng.uniform(0.58, 0.80)
    ry = rx * rng.uniform(0.68, 0.98)
    power = float(rng.choice([2.0, 2.6, 4.0]))
    width = rng.uniform(0.022, 0.060)
    frame = tuple(rng.uniform(8, 70, 3)) if rng.random() < 0.65 else tuple(rng.uniform(60, 210, 3))
    y = looks.eye_y + 0.02
    if sun:
        tint, alpha = tuple(rng.uniform(6, 62, 3)), rng.uniform(0.72, 0.98)
    else:
        tint, alpha = tuple(rng.uniform(150, 245, 3)), rng.uniform(0.0, 0.26)
    glare = rng.uniform(0, 0.55) if rng.random() < 0.5 else 0.0
    for side in (-1, 1):
        x = side * looks.eye_x
        lens = ring(x, y, rx, ry, power)
        pen.fill(lens, tint, alpha)
        if glare > 0.1:
            pen.fill([(x - 0.5 * rx, y + 0.35 * ry), (x - 0.1 * rx, y - 0.6 * ry), (x + 0.25 * rx, y - 0.6 * ry), (x - 0.2 * rx, y + 0.45 * ry)], (255, 255, 255), glare)
        pen.line(lens, frame, width, closed=True)
        pen.line([(x + side * rx, y - 0.2 * ry), (side * looks.width * 0.99, looks.eye_y + 0.02)], frame, width * 0.9)
    inner = looks.eye_x - rx
    pen.line([(-inner, y - 0.2 * ry), (0, y - 0.34 * ry), (inner, y - 0.2 * ry)], frame, width)
