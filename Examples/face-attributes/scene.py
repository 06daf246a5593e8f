"""What is around the head: background, light, things in the way, and the camera."""

import math

import numpy as np
from PIL import Image, ImageFilter

from pose import CANVAS, SIZE, rgba

_X, _Y = np.meshgrid((np.arange(SIZE) + 0.5) / SIZE * 2 - 1, (np.arange(SIZE) + 0.5) / SIZE * 2 - 1)


def _smooth_noise(rng, cells):
    """Noise about N(0, 1) whose grains are SIZE/cells pixels wide."""
    small = Image.fromarray(rng.normal(size=(cells, cells)).astype(np.float32))
    return np.asarray(small.resize((SIZE, SIZE), Image.Resampling.BICUBIC))


def _paint(rng):
    """A colour, more often muted than loud."""
    colour = rng.uniform(20, 235, 3)
    grey = rng.uniform(0.0, 0.75)
    return colour * (1 - grey) + colour.mean() * grey


def background(rng):
    """A (SIZE, SIZE, 3) picture in 0...255: a gradient, a texture, or clutter out of focus."""
    a, b = _paint(rng), _paint(rng)
    angle = rng.uniform(0, 2 * math.pi)
    t = 0.5 + 0.5 * (_X * math.cos(angle) + _Y * math.sin(angle)) / 1.3
    kind = rng.integers(4)
    if kind == 1:      # stripes or checks
        f, p = rng.uniform(4, 14), rng.uniform(0, 6)
        t = 0.5 + 0.5 * np.tanh(3 * np.sin(f * (_X * math.cos(angle) + _Y * math.sin(angle)) + p))
        if rng.random() < 0.4:
            t = np.abs(t - (0.5 + 0.5 * np.tanh(3 * np.sin(f * (_Y * math.cos(angle) - _X * math.sin(angle)) + p))))
    elif kind == 2:    # cloudy texture
        t = t + 0.25 * _smooth_noise(rng, int(rng.integers(3, 8))) + 0.10 * _smooth_noise(rng, 20)
    out = a + (b - a) * np.clip(t, 0, 1)[..., None]
    if kind == 3:      # clutter: soft rectangles and discs
        for _ in range(rng.integers(4, 10)):
            x, y, rx, ry = rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(0.08, 0.5), rng.uniform(0.08, 0.5)
            d = np.maximum(np.abs(_X - x) / rx, np.abs(_Y - y) / ry) if rng.random() < 0.5 else np.hypot((_X - x) / rx, (_Y - y) / ry)
            m = np.clip((1 - d) * rng.uniform(3, 12) + 0.5, 0, 1)[..., None]
            out = out * (1 - m) + _paint(rng) * m
    return out


def illuminate(rng, lighting, pose):
    """Light on the person, (SIZE, SIZE, 3), and the factor on the background. The head is lit as an ellipsoid:
    ambient light plus Lambert's cosine of one lamp, in a colour between warm and cool."""
    u, v = pose.head_coordinates()
    r = np.hypot(u, v)
    inside = np.minimum(1.0, 0.97 / np.maximum(r, 1e-6))
    nx, ny = u * inside, v * inside
    nz = np.sqrt(np.maximum(0.0, 1 - nx**2 - ny**2))
    side = 1 if rng.random() < 0.5 else -1
    if lighting == 0:    # dim
        level, lamp, azimuth = rng.uniform(0.48, 0.62), rng.uniform(0.2, 0.6), rng.uniform(-1.0, 1.0)
    elif lighting == 1:  # even
        level, lamp, azimuth = rng.uniform(0.82, 0.98), rng.uniform(0.05, 0.2), rng.uniform(-0.5, 0.5)
    elif lighting == 2:  # from one side
        level, lamp, azimuth = rng.uniform(0.80, 0.98), rng.uniform(0.50, 0.72), side * rng.uniform(0.8, 1.3)
    else:                # bright
        level, lamp, azimuth = rng.uniform(1.10, 1.28), rng.uniform(0.2, 0.45), rng.uniform(-0.7, 0.7)
    height = rng.uniform(0.1, 0.6)
    lx, ly, lz = math.sin(azimuth) * math.cos(height), -math.sin(height), math.cos(azimuth) * math.cos(height)
    lambert = np.maximum(0.0, nx * lx + ny * ly + nz * lz)
    # Normalized so that a face in side light is about as bright in the mean as one in even light.
    light = level * ((1 - lamp) + lamp * lambert / (0.45 + 0.35 * lz))
    warmth = rng.normal(0, 0.035)
    colour = np.array([1 + warmth, 1 + rng.normal(0, 0.008), 1 - warmth])
    around = level * (1 + 0.35 * lamp * _X * math.sin(azimuth)) * rng.uniform(0.9, 1.08)
    return light[..., None] * colour, around[..., None] * colour


def draw_obstacle(draw, rng):
    """Sometimes a bar or a blob in front: a branch, a finger, a sign. Drawn in canvas coordinates."""
    if rng.random() > 0.18:
        return
    colour = rgba(rng.uniform(15, 240, 3), 1.0)
    if rng.random() < 0.5:
        a, w = rng.uniform(0, math.pi), CANVAS * rng.uniform(0.03, 0.075)
        x, y = CANVAS * rng.uniform(0.15, 0.85), CANVAS * rng.uniform(0.15, 0.85)
        dx, dy = math.cos(a) * CANVAS * 1.5, math.sin(a) * CANVAS * 1.5
        draw.line([x - dx, y - dy, x + dx, y + dy], fill=colour, width=int(w))
    else:
        x, y, size = CANVAS * rng.uniform(0.1, 0.9), CANVAS * rng.uniform(0.1, 0.95), CANVAS * rng.uniform(0.06, 0.13)
        a = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        r = size * rng.uniform(0.75, 1.25, 14)
        draw.polygon(np.stack([x + r * np.cos(a), y + r * np.sin(a)], 1).ravel().tolist(), fill=colour)


def photograph(rng, picture):
    """Exposure curve, lens blur, sensor noise; a (SIZE, SIZE, 3) picture in 0...255 becomes an 8-bit image."""
    x = np.clip(picture, 0, 400)
    x = np.where(x > 210, 210 + (x - 210) * 0.5, x)      # highlights roll off instead of clipping at once
    image = Image.fromarray(np.clip(x, 0, 255).astype(np.uint8))
    if rng.random() < 0.6:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 0.7))))
    sigma = rng.uniform(0.5, 6.0)
    x = np.asarray(image).astype(np.float32)
    x = x + rng.standard_normal(x.shape, np.float32) * np.float32(sigma) * (0.6 + x / 400)
    return Image.fromarray(np.clip(np.rint(x), 0, 255).astype(np.uint8))
