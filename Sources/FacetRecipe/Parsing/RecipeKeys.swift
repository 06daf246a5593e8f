// swift-format-ignore-file
// Made from Formats/recipe.schema.json by Scripts/recipe-reference: the keys of a recipe, an enumeration for each object. A budget's are its
// metrics (RecipeBudgetKey).

package enum RecipeKey: String, CaseIterable {
  case schema = "$schema"
  case version
  case model
  case input
  case shapes
  case constants
  case precision
  case attributes
  case subgroups
  case profiles
  case calibration

  /// What it is: the first sentence of the schema.
  package var summary: String {
    switch self {
    case .schema: "Where this schema lies, for editors."
    case .version: "Version of the recipe format."
    case .model: "Path of the model that the recipe belongs to, for people."
    case .input: "How an image becomes the input: x = (pixel * scale - mean) / std for each channel, pixel in 0 ... 255."
    case .shapes: "Sizes of the model's inputs by name, in elements, where the model leaves them open or others are wanted; '--shape NAME=1x3x320x320' wins."
    case .constants: "Inputs of the model that never change, by name: a number, numbers in arrays (of arrays), or the path of a .npy file; '--constant NAME=FILE.npy' wins."
    case .precision: "Operators of an int8 program whose results are not rounded to 8 bits, by name as 'facet sensitivity' prints it. int16: convolutions and fully connected layers that read the result take it in 16 bits, as two int8 planes through the int8 kernels, which doubles their multiplications; what else reads it computes in float32. float32: the operator computes in float32 with float32 weights, and so does what reads it."
    case .attributes: "What the model answers, by name, at most 64."
    case .subgroups: "Columns of labels.csv by whose values 'facet verify' breaks the accuracy down."
    case .profiles: "Sets of attributes that are evaluated without the others, by name ([a-z][a-z0-9_]*, at most 64 characters): each gets a memory plan of its own, with a smaller arena, and holds the attributes that its members' gates read; 'run', 'benchmark' and 'facet-run' take --profile NAME."
    case .calibration: "Path of the images or tensors whose activations set the int8 ranges, as '--calibration' takes it; that option wins."
    }
  }
}

package enum RecipeInputKey: String, CaseIterable {
  case name
  case width
  case height
  case layout
  case color
  case resize
  case fill
  case scale
  case mean
  case std
  case meanImage = "mean_image"
  case roi

  /// What it is: the first sentence of the schema.
  package var summary: String {
    switch self {
    case .name: "Name of the graph input."
    case .width: "Width of the input, in pixels, as the model has it."
    case .height: "Height of the input, in pixels, as the model has it."
    case .layout: "Order of the model's axes: nchw is batch, channels, height, width (PyTorch), nhwc is batch, height, width, channels (TensorFlow, Keras)."
    case .color: "Order of the channels that the model was trained on; gray is one channel, 0.299 R + 0.587 G + 0.114 B."
    case .resize: "How an image is fitted to the aspect ratio of the input. stretch: both sides are scaled independently; crop: the largest centred part of that ratio is kept; letterbox: all is kept, centred, and the rest filled with 'fill'."
    case .fill: "Pixel value beside the picture where 'resize' is letterbox, 0 ... 255, before normalization."
    case .scale: "Factor of a pixel value, without unit."
    case .mean: "Subtracted after scaling: one number for each channel, in the order of 'color', in units of pixel * scale."
    case .std: "Divisor after subtracting: one number greater than 0 for each channel, in the order of 'color', in units of pixel * scale."
    case .meanImage: "Path of a .npy file with what is subtracted from each pixel instead of 'mean', as old Caffe networks need it: float32 or uint8, height x width x channels or channels x height x width of the input, in the order of 'color', in units of pixel * scale."
    case .roi: "Columns of labels.csv with the part of each image to look at, such as a face's box: x, y, width and height, in pixels of the upright image."
    }
  }
}

package enum RecipeAttributeKey: String, CaseIterable {
  case output
  case channels
  case model
  case labels
  case value
  case confidence
  case budget
  case threshold
  case priority
  case when

  /// What it is: the first sentence of the schema.
  package var summary: String {
    switch self {
    case .output: "Name of the graph's value that holds the scores: an output, or any inner value, which cuts the graph there (what only others need is not read)."
    case .channels: "The part of the output that the attribute is: the first score, counted from 0 along axis 1 (along the only axis of a vector), and how many."
    case .model: "Name of the model that has the output: the model file's name without folder and ending (with folders, where two files have one name)."
    case .labels: "A name for each score, in order."
    case .value: "Makes one number from the scores, such as an age in years: score * scale + offset of one score, or an expected value over bins, the sum of confidence * bin, plus offset."
    case .confidence: "How scores become confidences in 0 ... 1. softmax: one label holds; sigmoid: each label holds or not; probabilities: the scores are confidences already; none: scores are all there is."
    case .budget: "What int8 may cost; 'facet verify --gate' fails where it costs more, or where there are too few samples to tell."
    case .threshold: "Confidence in 0 ... 1 below which an answer is shown as unsure; the attribute has a confidence then."
    case .priority: "Attributes with lower numbers are evaluated first, equal ones in the order of the recipe."
    case .when: "Gate: the condition, on attributes that are evaluated before, on which this one is evaluated, such as \"eyewear == none && age.confidence > 0.6\" (docs/evaluating.md)."
    }
  }
}

package enum RecipeValueKey: String, CaseIterable {
  case scale
  case offset
  case bins
  case unit
  case within

  /// What it is: the first sentence of the schema.
  package var summary: String {
    switch self {
    case .scale: "Factor of the only score."
    case .offset: "Added at the end, in 'unit'."
    case .bins: "What each score stands for, in 'unit': a number for each, or the first and the step between two."
    case .unit: "What the number counts, such as years; at most 64 bytes."
    case .within: "'facet verify' also counts the samples whose error is at most this, in 'unit'."
    }
  }
}

package enum RecipeBinsKey: String, CaseIterable {
  case first
  case step

  /// What it is: the first sentence of the schema.
  package var summary: String {
    switch self {
    case .first: "What the first score stands for."
    case .step: "From one score to the next."
    }
  }
}
