"""The label names of the face-attributes example, in the order of the network's scores.

Shared by the renderer, the training script and the recipe check, so that they cannot drift apart."""

ATTRIBUTES = {
    "age": ("child", "teen", "adult", "middle_aged", "senior"),
    "emotion": ("neutral", "happy", "sad", "angry", "surprised", "disgusted"),
    "eyewear": ("none", "glasses", "sunglasses"),
    "skin_tone": ("type_1", "type_2", "type_3", "type_4", "type_5", "type_6"),
}
# Named in the label file for checks by subgroup; the network does not predict it.
LIGHTING = ("dim", "even", "side", "bright")
COLUMNS = ("file", *ATTRIBUTES, "lighting")

# Sets never share a seed, so no image of one can occur in another.
SEEDS = {"training": 1001, "evaluation": 2002, "calibration": 3003, "test": 4004, "validation": 5005}
