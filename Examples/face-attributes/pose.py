"""Where the head is: maps points of the head's own frame onto the supersampled canvas.

Head frame: x to the viewer's right, y down, origin between the eyes' height and the nose, the skull's
half-height is 1. Points on the face get the depth of an ellipsoid, so that turning the head (yaw,
pitch) moves the nose and the mouth more than the ears, as it does on a real head."""

import math

import numpy as np

SIZE = 64          # pixels of a finished image, each way
OVERSAMPLING = 4   # drawing happens on a canvas this many times larger, then it is averaged down
CANVAS = SIZE * OVERSAMPLING


class Pose:
    def __init__(self, rng, width):
        self.width = width
        self.scale = CANVAS * rng.uniform(0.34, 0.42)
        self.yaw = float(np.clip(rng.normal(0, 0.22), -0.5, 0.5))
        self.pitch = float(np.clip(rng.normal(0, 0.09), -0.2, 0.2))
        self.roll = float(np.clip(rng.normal(0, 0.13), -0.4, 0.4))
        self.cx = CANVAS * (0.5 + float(np.clip(rng.normal(0, 0.035), -0.09, 0.09)))
        self.cy = CANVAS * (0.5 + float(np.clip(rng.normal(0, 0.03), -0.07, 0.07)))

    def place(self, points, on_face=True):
        """Canvas coordinates, a flat list [x0, y0, x1, y1, ...], of an (n, 2) array of head points."""
        p = np.asarray(points, np.float64)
        x, y = p[:, 0], p[:, 1]
        if on_face:
            z = 0.75 * np.sqrt(np.maximum(0.0, 1 - (x / self.width) ** 2 * 0.9 - y**2 * 0.7))
            x = x * math.cos(self.yaw) + z * math.sin(self.yaw)
            y = y * math.cos(self.pitch) + z * math.sin(self.pitch)
        c, s = math.cos(self.roll), math.sin(self.roll)
        out = np.empty_like(p)
        out[:, 0] = self.cx + self.scale * (x * c - y * s)
        out[:, 1] = self.cy + self.scale * (x * s + y * c)
        return out.ravel().tolist()

    def head_coordinates(self):
        """Head-frame coordinates (u, v), in units of the head's half-axes, of each finished pixel's centre."""
        centre = (np.arange(SIZE) + 0.5) * OVERSAMPLING
        x = (centre[None, :] - self.cx) / self.scale
        y = (centre[:, None] - self.cy) / self.scale
        c, s = math.cos(self.roll), math.sin(self.roll)
        return (x * c + y * s) / self.width, -x * s + y * c


class Pen:
    """Draws shapes given in the head frame. Widths are in head units; colours are (r, g, b) in 0...255."""

    def __init__(self, draw, pose):
        self.draw, self.pose = draw, pose

    def fill(self, points, colour, alpha=1.0, on_face=True):
        self.draw.polygon(self.pose.place(points, on_face), fill=rgba(colour, alpha))

    def line(self, points, colour, width, alpha=1.0, on_face=True, closed=False):
        flat = self.pose.place(points, on_face)
        if closed:
            flat = flat + flat[:4]
        self.draw.line(flat, fill=rgba(colour, alpha), width=max(1, round(width * self.pose.scale)), joint="curve")

    def ellipse(self, x, y, rx, ry, colour, alpha=1.0, on_face=True, power=2.0):
        self.fill(ring(x, y, rx, ry, power), colour, alpha, on_face)


_ANGLE = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_COS, _SIN = np.cos(_ANGLE), np.sin(_ANGLE)


def ring(x, y, rx, ry, power=2.0):
    """Points of a superellipse: power 2 is an ellipse, more is closer to a rectangle."""
    if power == 2.0:
        return np.stack([x + rx * _COS, y + ry * _SIN], 1)
    e = 2.0 / power
    return np.stack([x + rx * np.sign(_COS) * np.abs(_COS) ** e, y + ry * np.sign(_SIN) * np.abs(_SIN) ** e], 1)


def rgba(colour, alpha=1.0):
    r, g, b = (int(min(255.0, max(0.0, c))) for c in colour)
    return r, g, b, int(255 * min(1.0, max(0.0, alpha)))


def mix(a, b, t):
    """The colour a fraction t of the way from a to b."""
    return tuple(p + (q - p) * t for p, q in zip(a, b))


def shade(colour, factor):
    return tuple(c * factor for c in colour)
