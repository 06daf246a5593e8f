"""What is compared: networks, by their names in torchvision and timm, and the exporters of PyTorch."""
TORCHVISION = ["resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_large", "efficientnet_b0", "shufflenet_v2_x1_0", "squeezenet1_1",
               "regnet_y_400mf", "mnasnet1_0", "densenet121", "googlenet", "lraspp_mobilenet_v3_large"]
TIMM = ["ghostnet_100", "repvgg_a0", "hrnet_w18_small", "mambaout_femto", "convnext_tiny", "convnextv2_atto", "poolformer_s12",
        "edgenext_x_small", "efficientformer_l1", "mobilevit_xs", "levit_128s", "coat_lite_tiny", "vit_tiny_patch16_224",
        "swin_tiny_patch4_window7_224", "mixer_s32_224"]
NAMES = [f"torchvision/{name}" for name in TORCHVISION] + [f"timm/{name}" for name in TIMM]
EXPORTERS = ["dynamo", "torchscript"]
