"""The example network: one residual, batch-normalized trunk of four stages, and branches at two depths.

After Baumgartner and Culpepper, "Deep Architectures for Face Attributes" (arXiv 1609.09018): age and emotion
leave the trunk early, eyewear and skin tone late. Residual blocks after He et al. (arXiv 1512.03385)."""

import torch.nn as nn
import torch.nn.functional as F

from labels import ATTRIBUTES

INPUT, MEAN, STD = "image", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)


def conv_bn(inputs, outputs, kernel, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two 3x3 convolutions beside a skip connection, which is a 1x1 convolution where the shape changes."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.first, self.second = conv_bn(inputs, outputs, 3, stride), conv_bn(outputs, outputs, 3)
        self.skip = conv_bn(inputs, outputs, 1, stride) if stride != 1 or inputs != outputs else None

    def forward(self, x):
        y = self.second(F.relu(self.first(x)))
        return F.relu(y + (x if self.skip is None else self.skip(x)))


class Branch(nn.Module):
    """A block of its own, the mean over space, and one score per label."""

    def __init__(self, inputs, width, labels, stride=1):
        super().__init__()
        self.block, self.scores = Block(inputs, width, stride), nn.Linear(width, labels)

    def forward(self, x):
        return self.scores(F.adaptive_avg_pool2d(self.block(x), 1).flatten(1))


class FaceAttributes(nn.Module):
    """[N, 3, 64, 64] normalized RGB to the scores (logits) of age, emotion, eyewear and skin tone."""

    def __init__(self):
        super().__init__()
        labels = {name: len(names) for name, names in ATTRIBUTES.items()}
        self.stem = conv_bn(3, 16, 3, 2)
        self.stage1 = Block(16, 16)
        self.stage2 = Block(16, 48, 2)
        self.stage3 = nn.Sequential(Block(48, 96, 2), Block(96, 96))
        self.stage4 = Block(96, 144, 2)
        self.age = Branch(96, 64, labels["age"], 2)
        self.emotion = Branch(96, 64, labels["emotion"], 2)
        self.eyewear = Branch(144, 48, labels["eyewear"])
        self.skin_tone = Branch(144, 48, labels["skin_tone"])

    def forward(self, x):
        early = self.stage3(self.stage2(self.stage1(F.relu(self.stem(x)))))
        late = self.stage4(early)
        return self.age(early), self.emotion(early), self.eyewear(late), self.skin_tone(late)
