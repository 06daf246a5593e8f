import FacetBundle
import FacetFiles
import FacetIR
import FacetRecipe

extension Recipe {
  /// A recipe to start from: input and outputs as the model has them, with what was guessed and why beside each field.
  ///
  /// - Parameters:
  ///   - model: the path that the recipe names.
  ///   - options: what the command said about the model: it goes into the recipe.
  ///   - owners: for each output the model that has it, where several models have one of this name.
  /// - Returns: the text of a valid recipe, and what its author has to look at, a sentence each.
  public static func template(
    for report: InspectReport, model: String, options: ModelOptions = ModelOptions(), owners: [String?] = []
  ) -> (text: String, advice: [String]) {
    var advice: [String] = []
    var members = [
      comment("", "Keys that begin with // are comments. Formats/recipe.schema.json describes every key."),
      "\"version\": \(version)", "\"model\": \(jsonString(model))",
    ]
    let images = report.inputs.filter { ImageGuess($0.shape) != nil }
    if let input = images.first, let guess = ImageGuess(input.shape) {
      members.append("\"input\": \(inputTemplate(input, guess, &advice))")
    } else {
      advice.append(
        "The model takes no image of 1 or 3 channels: it gets normalized tensors (.npy), so \"input\" is left out.")
    }
    members += shapesTemplate(options)
    members += constantsTemplate(report.inputs.filter { $0 != (images.first ?? report.inputs.first) }, options, &advice)
    members.append(
      comment(
        "attributes",
        RecipeKey.attributes.summary + " output: the value of the model that it is, also an inner one, which cuts the model there. "
          + "labels: a name for each score, in order. budget: what int8 may cost, accuracy_drop in percentage points, agreement in "
          + "percent of the samples. confidence (softmax, sigmoid, probabilities, none) and threshold (0 to 1) can be added; channels [first, count] "
          + "takes a part of an output, value makes a number of its scores, such as an age in years (docs/attributes.md)."))
    members.append("\"attributes\": \(attributesTemplate(report.outputs, owners, &advice))")
    members.append(comment("subgroups", RecipeKey.subgroups.summary))
    members.append("\"subgroups\": []")
    members.append(comment("calibration", RecipeKey.calibration.summary + " 32 to 256 typical images do; relative to this file."))
    members.append("\"calibration\": \"calibration\"")
    advice.append("\"calibration\": name 32 to 256 typical images.")
    return ("{\n  " + members.joined(separator: ",\n  ") + "\n}\n", advice)
  }

  /// A line that explains the key after it.
  private static func comment(_ key: String, _ text: String) -> String {
    "\(jsonString(key.isEmpty ? "//" : "// \(key)")): \(jsonString(text))"
  }

  private static func inputTemplate(_ input: InspectReport.Value, _ guess: ImageGuess, _ advice: inout [String]) -> String {
    let isGray = guess.channels == 1
    let numbers = { (number: String) in "[" + Array(repeating: number, count: guess.channels).joined(separator: ", ") + "]" }
    let layout = guess.layout == .nchw ? "NCHW, as PyTorch has it" : "NHWC, as TensorFlow and Keras have it"
    advice.append(
      "\"input\": guessed from the shape \(input.shape) of '\(input.name)': \(layout), because axis \(guess.layout == .nchw ? 1 : 3) has "
        + "\(guess.channels) \(isGray ? "channel" : "channels").")
    if let pixels = input.pixels {
      advice.append(
        "\"input\": the model takes pixels of \(pixels.range.rawValue), because \(pixels.reason): scale is \(scale(pixels.range)), with nothing "
          + "subtracted or divided.")
    } else {
      advice.append(
        "\"input\": pixels become (pixel * scale - mean) / std; put in what the network was trained with"
          + (isGray ? "." : ", and the colour order (a guess: rgb; networks trained with OpenCV or Caffe have bgr)."))
    }
    let fields: [(key: RecipeInputKey, value: String, why: String)] = [
      (.name, jsonString(input.name), ""),
      (.width, "\(guess.width)", "From the model's shape \(input.shape)."),
      (.height, "\(guess.height)", "From the same."),
      (.layout, "\"\(guess.layout.rawValue)\"", "Guess: \(layout), from where \(guess.channels) stands."),
      (
        .color, isGray ? "\"gray\"" : "\"rgb\"",
        isGray ? "It has one channel." : "rgb, bgr or gray. Guess: rgb is usual; OpenCV and Caffe have bgr."
      ),
      (.resize, "\"stretch\"", "stretch, crop or letterbox. Guess: as training did it is best."),
      (
        .scale, scale(input.pixels?.range ?? .unit),
        input.pixels.map { "The model takes pixels of \($0.range.rawValue): \($0.reason)." }
          ?? "Guess: 1/255; write 1 where the model takes 0 to 255."
      ),
      (
        .mean, numbers("0"),
        input.pixels == nil
          ? "Guess: nothing; ImageNet's are 0.485, 0.456, 0.406. \"mean_image\": FILE.npy takes its place for a mean of each pixel."
          : "Nothing: the model itself normalizes."
      ),
      (
        .std, numbers("1"),
        input.pixels == nil ? "Guess: nothing; ImageNet's are 0.229, 0.224, 0.225." : "Nothing: the model itself normalizes."
      ),
    ]
    let lines = fields.map { key, value, why in
      "    \(comment(key.rawValue, [key.summary, why].filter { !$0.isEmpty }.joined(separator: " "))),\n    \"\(key.rawValue)\": \(value)"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n  }"
  }

  private static func scale(_ range: PixelExpectation.Range) -> String { range == .bytes ? "1" : "\(1.0 / 255.0)" }

  private static func shapesTemplate(_ options: ModelOptions) -> [String] {
    guard !options.shapes.isEmpty else { return [] }
    let entries = options.shapes.sorted { $0.key < $1.key }.map { "\(jsonString($0.key)): \($0.value)" }
    return [
      comment("shapes", RecipeKey.shapes.summary),
      "\"shapes\": { \(entries.joined(separator: ", ")) }",
    ]
  }

  private static func constantsTemplate(
    _ others: [InspectReport.Value], _ options: ModelOptions, _ advice: inout [String]
  ) -> [String] {
    var lines: [String] = []
    if !others.isEmpty {
      let listed = others.prefix(16).map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
      lines.append(
        comment("constants", RecipeKey.constants.summary + " Still to be given: \(listed)."))
      advice.append("\"constants\": give the inputs that never change: \(listed). Inputs that change beside the image are not supported.")
    }
    let entries = options.constants.sorted { $0.key < $1.key }.map { name, constant in
      switch constant {
      case .numbers(let shape, let elements): "\(jsonString(name)): \(nested(elements[...], shape[...]))"
      case .file(let path): "\(jsonString(name)): \(jsonString(path))"
      }
    }
    if !entries.isEmpty { lines.append("\"constants\": { \(entries.joined(separator: ", ")) }") }
    return lines
  }

  /// Numbers as arrays of arrays.
  private static func nested(_ elements: ArraySlice<Float>, _ shape: ArraySlice<Int>) -> String {
    guard let size = shape.first else { return elements.first.map { "\(Double($0))" } ?? "0" }
    let step = elements.count / size
    let rows = (0..<size).map { row in
      nested(elements[elements.startIndex + row * step..<elements.startIndex + (row + 1) * step], shape.dropFirst())
    }
    return "[" + rows.joined(separator: ", ") + "]"
  }

  private static func attributesTemplate(_ outputs: [InspectReport.Value], _ owners: [String?], _ advice: inout [String]) -> String {
    var names: Set<String> = []
    var entries: [String] = []
    for (index, output) in outputs.prefix(maximumAttributes).enumerated() {
      let owner = owners.indices.contains(index) ? owners[index] : nil
      let isOnlyOne = owners.filter { $0 == owner }.count == 1
      var name = Attribute.identifier(from: owner.map { isOnlyOne ? $0 : "\($0).\(output.name)" } ?? output.name)
      let stem = name.prefix(Attribute.maximumNameLength - 3)
      var number = 2
      while !names.insert(name).inserted {
        name = "\(stem)_\(number)"
        number += 1
      }
      let scores = output.shape.reduce(1, *)
      var fields = [comment("", "Output \(output.name) of shape \(output.shape): \(scores) \(scores == 1 ? "score" : "scores").")]
      if name != output.name { fields.append("\"output\": \(jsonString(output.name))") }
      if let owner { fields.append("\"model\": \(jsonString(owner))") }
      if output.shape.count == 2, (2...100).contains(output.shape[1]) {
        let labels = (0..<output.shape[1]).map { "\"\($0)\"" }.joined(separator: ", ")
        fields.append("\"labels\": [\(labels)]")
      }
      if scores == 1 {
        fields.append(
          comment(
            "labels",
            "A yes-or-no answer takes \"labels\": [\"no\", \"yes\"], the negative first, and \"confidence\": \"sigmoid\" of a logit or "
              + "\"probabilities\" of a probability; a number takes neither."))
      }
      // One score is a number, of which neither can be told, until somebody says that it means yes or no.
      if scores != 1 { fields.append("\"budget\": { \"accuracy_drop\": 1.0, \"agreement\": 97 }") }
      entries.append("\(jsonString(name)): {\n      \(fields.joined(separator: ",\n      "))\n    }")
    }
    advice.append(
      "\"attributes\": give each its labels in the order of its scores; leave out those that are not needed.")
    if outputs.count > maximumAttributes {
      advice.append(
        "The model has \(outputs.count) outputs; the first \(maximumAttributes) are listed, as many as a bundle holds.")
    }
    return "{\n    " + entries.joined(separator: ",\n    ") + "\n  }"
  }
}
