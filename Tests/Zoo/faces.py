"""Drawn faces of 48x48 RGB pixels, by the renderer of Examples/face-attributes: with attributes and landmarks, and people seen several times."""
import pathlib
import sys

import numpy as np
from PIL import Image

sys.path.append(str(pathlib.Path(__file__).parents[2] / "Examples/face-attributes"))
from face import Looks  # noqa: E402
from labels import ATTRIBUTES, LIGHTING  # noqa: E402
from pose import CANVAS  # noqa: E402
from render import take_picture  # noqa: E402

SIDE = 48
# How often one person is photographed.
SHOTS = 12
LANDMARKS = ("left eye", "right eye", "nose", "left corner of the mouth", "right corner of the mouth")


def small(image):
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


def landmarks(looks, pose):
    """Where the five points lie, x and y each, as a share of the image's side."""
    middle, lift = looks.mouth_y - 0.095 * looks.curve, 0.05 * looks.wave
    points = [(-looks.eye_x, looks.eye_y), (looks.eye_x, looks.eye_y), (0, looks.eye_y + looks.nose),
              (-looks.mouth_w, middle + lift), (looks.mouth_w, middle - lift)]
    return np.array(pose.place(points), np.float32) / CANVAS


def face(seed, index):
    """An image, its attributes (age, emotion, eyewear, skin tone) as numbers of their labels, and its landmarks."""
    rng = np.random.default_rng([seed, index])
    labels = [int(rng.integers(len(names))) for names in (*ATTRIBUTES.values(), LIGHTING)]
    looks = Looks(rng, *labels[:4])
    image, pose = take_picture(rng, looks, labels[4])
    return small(image), np.array(labels[:4]), landmarks(looks, pose)


def shot(seed, index):
    """An image of person `index // SHOTS`, with the number of the person, age and skin tone: between the shots of a person, the expression,
    glasses, hats, clothes, pose and light change, and the style of the hair sometimes."""
    person = np.random.default_rng([seed, index // SHOTS])
    age, tone = int(person.integers(len(ATTRIBUTES["age"]))), int(person.integers(len(ATTRIBUTES["skin_tone"])))
    looks = Looks(person, age, 0, 0, tone)
    rng = np.random.default_rng([seed, index // SHOTS, index % SHOTS])
    looks.rng, looks.emotion, looks.eyewear = rng, int(rng.integers(6)), int(rng.integers(3))
    looks.expression()
    looks.hair.hat = tuple(rng.uniform(30, 225, 3)) if rng.random() < 0.15 else None
    if looks.hair.style != "bald" and rng.random() < 0.25:
        looks.hair.style = str(rng.choice(["short", "long", "curly", "bob", "spiky"]))
    image, _ = take_picture(rng, looks, int(rng.integers(len(LIGHTING))))
    return small(image), np.array([index // SHOTS, age, tone])
