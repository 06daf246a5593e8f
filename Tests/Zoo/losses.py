"""What each network of the zoo learns from: its loss, and how a batch is mirrored and shifted with its labels."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from networks import Detector


class Loss(nn.Module):
    """Cross-entropy of one output."""

    shift = 2

    def forward(self, model, x, labels):
        return F.cross_entropy(model(x), labels)

    def mirrored(self, labels, side):
        return labels

    def moved(self, labels, dx, dy, side):
        return labels


class Emotion(Loss):
    def forward(self, model, x, labels):
        return F.cross_entropy(model(x), labels[:, 1])


class Attributes(Loss):
    def forward(self, model, x, labels):
        return sum(F.cross_entropy(scores, labels[:, i]) for i, scores in enumerate(model(x)))


class Landmarks(Loss):
    """Absolute error, in percent of the side."""

    def forward(self, model, x, labels):
        return 100 * F.l1_loss(model(x), labels)

    def mirrored(self, labels, side):
        points = labels.view(-1, 5, 2)[:, [1, 0, 2, 4, 3]]
        return torch.stack([1 - points[..., 0], points[..., 1]], 2).flatten(1)

    def moved(self, labels, dx, dy, side):
        return labels + torch.tensor([dx, dy] * 5) / side


class Detections(Loss):
    """Focal loss of the confidences (T. Lin and others, arXiv 1708.02002) and generalized overlap of the boxes (H. Rezatofighi and others,
    arXiv 1902.09630). The cell that has the centre of an item answers for it."""

    shift = 0

    def forward(self, model, x, labels):
        boxes, scores = model.maps(x)
        sample, slot = torch.nonzero(labels[..., 0] >= 0, as_tuple=True)
        kind, truth = labels[sample, slot, 0].long(), labels[sample, slot, 1:]
        column, row = ((truth[:, i] + truth[:, i + 2]).div(2 * Detector.STRIDE).long() for i in (0, 1))
        cell = row * Detector.CELLS + column
        target = torch.zeros_like(scores)
        target[sample, kind, cell] = 1
        p = torch.sigmoid(scores)
        wrong = torch.where(target > 0, 1 - p, p)
        focal = F.binary_cross_entropy_with_logits(scores, target, reduction="none") * wrong**2 * (0.3 + 0.4 * target)
        found = boxes[sample, :, cell]
        found = torch.cat([found[:, :2] - found[:, 2:] / 2, found[:, :2] + found[:, 2:] / 2], 1)
        return (focal.sum() + (1 - self.generalized_overlap(found, truth)).sum()) / max(len(sample), 1)

    @staticmethod
    def generalized_overlap(a, b):
        area = lambda low, high: (high - low).clamp(min=0).prod(1)
        both = area(torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:]))
        around = area(torch.minimum(a[:, :2], b[:, :2]), torch.maximum(a[:, 2:], b[:, 2:]))
        either = area(a[:, :2], a[:, 2:]) + area(b[:, :2], b[:, 2:]) - both
        return both / (either + 1e-6) - (around - either) / (around + 1e-6)

    def mirrored(self, labels, side):
        kind, left, top, right, bottom = labels.unbind(-1)
        return torch.where(labels[..., :1] >= 0, torch.stack([kind, side - right, top, side - left, bottom], -1), labels)


class People(Loss):
    """The person, among all, by the angle to one direction each, with a margin (H. Wang and others, arXiv 1801.09414)."""

    SCALE, MARGIN = 20, 0.2

    def __init__(self, count=1600, width=64):
        super().__init__()
        self.directions = nn.Parameter(torch.randn(count, width))

    def forward(self, model, x, labels):
        cosines = model(x) @ F.normalize(self.directions).T
        return F.cross_entropy(self.SCALE * (cosines - self.MARGIN * F.one_hot(labels[:, 0], cosines.shape[1])), labels[:, 0])
