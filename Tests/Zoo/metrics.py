"""How good a network of the zoo is at its own task: metrics.py NAME SCORES LABELS.npy

SCORES is a folder with OUTPUT.npy for each output, as `facet run --output` writes it, samples along the first axis; labels are those of
`make zoo-data`. Prints the value, in points (percent).
"""
import argparse
import pathlib

import numpy as np

# The order of the columns of the labels of faces.
FACE = ("age", "emotion", "eyewear", "skin_tone")
PAIRS, FOLDS, SEED = 6000, 10, 61
OVERLAP, LEAST = 0.5, 0.02


def accuracy(scores, labels):
    return 100 * np.mean(scores.reshape(len(scores), -1).argmax(1) == labels)


def item_accuracy(outputs, labels):
    return accuracy(outputs["item"], labels)


def emotion_accuracy(outputs, labels):
    return accuracy(outputs["emotion"], labels[:, FACE.index("emotion")])


def mean_accuracy(outputs, labels):
    return np.mean([accuracy(outputs[name], labels[:, i]) for i, name in enumerate(FACE)])


def landmark_error(outputs, labels):
    """The mean distance of the points from where they are, in percent of the distance between the eyes."""
    found = outputs["landmarks"].reshape(len(labels), 5, 2).astype(np.float64)
    wanted = labels.reshape(len(labels), 5, 2)
    eyes = np.linalg.norm(wanted[:, 0] - wanted[:, 1], axis=1)
    return 100 * np.mean(np.linalg.norm(found - wanted, axis=2) / eyes[:, None])


def overlap(boxes, other):
    """Intersection over union of N boxes with one: left, top, right, bottom."""
    low, high = np.maximum(boxes[:, :2], other[:2]), np.minimum(boxes[:, 2:], other[2:])
    both = np.prod(np.maximum(0, high - low), 1)
    return both / (np.prod(np.maximum(0, boxes[:, 2:] - boxes[:, :2]), 1) + np.prod(other[2:] - other[:2]) - both + 1e-9)


def kept(boxes, confidences):
    """Which boxes stay, best first, where of those that overlap only the best does."""
    order, chosen = list(np.argsort(-confidences, kind="stable")[:20]), []
    while order:
        chosen.append(order.pop(0))
        order = [i for i, o in zip(order, overlap(boxes[order], boxes[chosen[-1]])) if o < OVERLAP] if order else []
    return chosen


def average_precision(outputs, labels):
    """The mean over the kinds of the area under precision and recall, where a box counts that overlaps by half."""
    values = outputs["detections"].reshape(len(labels), -1, 64).astype(np.float64)
    centre, size, confidence = values[:, :2], values[:, 2:4], values[:, 4:]
    boxes = np.concatenate([centre - size / 2, centre + size / 2], 1).transpose(0, 2, 1)
    precisions = []
    for kind in range(confidence.shape[1]):
        found, wanted = [], 0
        for sample in range(len(labels)):
            truth = labels[sample][labels[sample][:, 0] == kind][:, 1:]
            wanted += len(truth)
            open_ = np.ones(len(truth), bool)
            likely = np.nonzero(confidence[sample, kind] > LEAST)[0]
            for i in likely[kept(boxes[sample][likely], confidence[sample, kind][likely])]:
                overlaps = overlap(truth, boxes[sample][i]) * open_ if len(truth) else np.zeros(1)
                hit = overlaps.max() >= OVERLAP
                if hit:
                    open_[overlaps.argmax()] = False
                found.append((confidence[sample, kind, i], hit))
        found.sort(key=lambda f: -f[0])
        hits = np.cumsum([hit for _, hit in found])
        precision = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1] if len(hits) else np.zeros(0)
        precisions.append(np.sum(precision[[hit for _, hit in found]]) / max(wanted, 1) if len(hits) else 0.0)
    return 100 * np.mean(precisions)


def pairs(people):
    """Pairs of images, and whether they show one person. Those of two people are of one age and skin tone."""
    rng, first, second = np.random.default_rng(SEED), [], []
    while len(first) < PAIRS:
        i = int(rng.integers(len(people)))
        same = len(first) % 2 == 0
        alike = people[:, 0] == people[i, 0] if same else (people[:, 1:] == people[i, 1:]).all(1) & (people[:, 0] != people[i, 0])
        alike[i] = False
        if alike.any():
            first.append(i)
            second.append(int(rng.choice(np.nonzero(alike)[0])))
    return np.array(first), np.array(second), np.arange(PAIRS) % 2 == 0


def verification_accuracy(outputs, people):
    """Whether two images show one person: the share of right answers of each tenth of the pairs, with the threshold that is best for the others."""
    found = outputs["embedding"].reshape(len(people), -1).astype(np.float64)
    found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-12
    first, second, same = pairs(people)
    likeness, fold = np.sum(found[first] * found[second], 1), np.arange(PAIRS) // 2 % FOLDS
    thresholds = np.linspace(-1, 1, 401)
    right = (likeness[:, None] > thresholds) == same[:, None]
    return 100 * np.mean([right[fold == f, right[fold != f].mean(0).argmax()].mean() for f in range(FOLDS)])


# What is measured, and whether more is better.
METRICS = {
    "residual": ("accuracy", item_accuracy, True),
    "mobile": ("mean accuracy of four attributes", mean_accuracy, True),
    "xception": ("accuracy", emotion_accuracy, True),
    "prelu": ("mean error, % of the distance between the eyes", landmark_error, False),
    "detector": ("mean average precision at an overlap of 0.5", average_precision, True),
    "embedding": ("verification accuracy", verification_accuracy, True),
    "convnext": ("accuracy", item_accuracy, True),
    "troubled": ("accuracy", item_accuracy, True),
}


def value(name, outputs, labels):
    return float(METRICS[name][1](outputs, labels))


def lost(name, before, after):
    """By how many points a value is worse."""
    return before - after if METRICS[name][2] else after - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=METRICS)
    parser.add_argument("scores", type=pathlib.Path)
    parser.add_argument("labels", type=pathlib.Path)
    a = parser.parse_args()
    outputs = {file.stem: np.load(file) for file in a.scores.glob("*.npy")}
    print(f"{a.name}: {METRICS[a.name][0]} {value(a.name, outputs, np.load(a.labels)):.2f}")


if __name__ == "__main__":
    main()
