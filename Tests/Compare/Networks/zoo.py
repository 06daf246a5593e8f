"""Networks of torchvision and timm by their names, with random weights in place of trained ones.

Libraries initialize for training: layer scales of 1e-6, last normalizations of a branch, attention biases and heads of zero. Then most
of a network says nothing, and int8 loses nothing by losing it. So every branch is made to matter here, from a fixed seed:

- convolutions: He's variance; linear layers: 1 / inputs, at the end of a branch (called proj or fc2) half as large, as the branch
  is the smaller part in trained networks; output channels of different size;
- queries and keys: half as large, so that attention does not single out one place and with it magnify every rounding;
- batch normalization: factors 0.5 to 1.5, offsets N(1, 0.3), statistics measured on pictures in one pass. With offsets about 0 a deep network
  is chaotic: each layer drives apart what differs little, rounding above all. Other normalizations: offsets N(0, 0.3);
- layer scales (called gamma, scale or ls), which start at 1e-6 to 1e-5: 0.1 to 1;
- embeddings, tokens, biases of attention: N(0, 0.3); temperatures stay;
- the last layers, which give the scores: mixtures of the features' principal axes, so that scores are about N(0, 3) over pictures, more
  for some labels than for others: several win, by more than a hair.
"""
import warnings

import torch
import torch.nn as nn

# Of the features, the directions that scores are mixed from.
AXES = 24


class Out(nn.Module):
    """Of a segmentation's dictionary, the scores."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        return self.model(image)["out"]


def build(name):
    """The network, and the side of its pictures."""
    library, _, name = name.partition("/")
    if library == "timm":
        import timm
        model = timm.create_model(name, pretrained=False)
        return model, model.default_cfg["input_size"][-1]
    import torchvision
    segments = name in torchvision.models.list_models(module=torchvision.models.segmentation)
    # Without weights of the backbone, too, and without what initializes long.
    options = {"weights_backbone": None} if segments else {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    model = torchvision.models.get_model(name, weights=None, **options)
    return Out(model) if segments else model, 299 if name == "inception_v3" else 224


def is_scale(name):
    return "gamma" in name or "scale" in name or name.startswith("ls")


def randomize(model):
    """All but statistics and the last layers."""
    for path, module in model.named_modules():
        attends = 0.5 if {"q", "k", "kv", "qk", "qkv"} & set(path.split(".")) else 1
        own = dict(module.named_parameters(recurse=False))
        weight, bias = own.get("weight"), own.get("bias")
        if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
            last = path.rpartition(".")[2] in ("proj", "fc2")
            gain = 2 if isinstance(module, nn.modules.conv._ConvNd) else 0.25 if last else 1
            weight.normal_(std=attends * (gain / weight[0].numel()) ** 0.5)
            weight *= torch.exp(0.35 * torch.randn(len(weight), *[1] * (weight.ndim - 1)))
            if bias is not None:
                bias += 0.1 * torch.randn_like(bias)
        elif weight is not None and "Norm" in type(module).__name__:
            batch = isinstance(module, nn.modules.batchnorm._BatchNorm)
            weight.uniform_(0.5 * attends, 1.5 * attends)
            if bias is not None:
                bias.normal_(1 if batch else 0, 0.3)
            if batch:
                module.momentum = None   # cumulative: one batch gives just its own statistics
        else:
            for name, parameter in own.items():
                if is_scale(name):
                    parameter.uniform_(0.1, 1)
                elif name.endswith("weight") and parameter.ndim > 1:
                    parameter.normal_(std=(1 / parameter[0].numel()) ** 0.5)
                elif name != "temperature" and parameter.is_floating_point():
                    parameter.normal_(std=0.3)


def measure_statistics(model, sample):
    """Of batch normalizations alone: dropout and what else differs in training stays off."""
    for module in model.modules():
        module.training = isinstance(module, nn.modules.batchnorm._BatchNorm)
    model(sample)
    model.eval()


def spread_scores(model, sample):
    """Mixes the features of the last layers into scores about N(0, 3)."""
    labels = model(sample[:2]).shape[1]
    heads = [module for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d)) and len(module.weight) == labels
             and module.weight[0].ndim in (1, 3) and module.weight[0][0].numel() == 1]
    seen = {}
    hooks = [head.register_forward_pre_hook(lambda head, given: seen.__setitem__(head, given[0])) for head in heads]
    model(sample)
    for hook in hooks:
        hook.remove()
    for head, features in seen.items():
        # Rows are pictures, or their places.
        rows = features.movedim(1, -1).reshape(-1, features.shape[1]) if features.ndim == 4 else features.reshape(-1, features.shape[-1])
        rows = rows[torch.randperm(len(rows))[:4096]]
        _, sizes, axes = torch.linalg.svd(rows - rows.mean(0), full_matrices=False)
        sizes = sizes / len(rows) ** 0.5
        count = min(AXES, int((sizes > 0.02 * sizes[0]).sum()))
        mixing = torch.randn(labels, count)
        mixing *= 3 / (mixing * sizes[:count]).norm(dim=1, keepdim=True) * torch.exp(0.7 * torch.randn(labels, 1))
        weight = mixing @ axes[:count]
        head.weight.copy_(weight.reshape(head.weight.shape))
        if head.bias is not None:
            head.bias.copy_(-weight @ rows.mean(0))


def network(name, pictures, seed):
    """The named network, ready to export, and the side of its pictures; `pictures(side)` gives those that it is measured on."""
    warnings.filterwarnings("ignore")
    torch.manual_seed(seed)
    model, side = build(name)
    sample = torch.from_numpy(pictures(side))
    with torch.no_grad():
        model.eval()
        randomize(model)
        measure_statistics(model, sample)
        spread_scores(model, sample)
    return model, side
