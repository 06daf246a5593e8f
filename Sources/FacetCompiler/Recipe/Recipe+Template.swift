extension Recipe {
  /// A recipe to start from: input and outputs as the model has them, normalization and labels to be filled in.
  ///
  /// - Parameter model: the path that the recipe names.
  /// - Returns: the text of a valid recipe, and what its author has to look at, a sentence each.
  public static func template(for report: InspectReport, model: String) -> (text: String, advice: [String]) {
    var advice: [String] = []
    var members = ["\"version\": \(version)", "\"model\": \(jsonString(model))"]
    if report.inputs.count == 1, let input = report.inputs.first, let text = inputTemplate(input, &advice) {
      members.append("\"input\": \(text)")
    } else {
      advice.append(
        "The model takes no image of 1 or 3 channels: it gets normalized tensors (.npy), so \"input\" is left out.")
    }
    members.append("\"attributes\": \(attributesTemplate(report.outputs, &advice))")
    members.append("\"subgroups\": []")
    members.append("\"calibration\": \"calibration\"")
    advice.append("\"calibration\": name 32 to 256 typical images.")
    return ("{\n  " + members.joined(separator: ",\n  ") + "\n}\n", advice)
  }

  private static func inputTemplate(_ input: InspectReport.Value, _ advice: inout [String]) -> String? {
    guard input.shape.count == 4, [1, 3].contains(input.shape[1]),
      input.shape[2...].allSatisfy({ (1...16384).contains($0) })
    else { return nil }
    let channels = input.shape[1]
    let zeros = Array(repeating: "0", count: channels).joined(separator: ", ")
    let ones = Array(repeating: "1", count: channels).joined(separator: ", ")
    advice.append(
      "\"input\": pixels become (pixel * scale - mean) / std; put in what the network was trained with, and the colour order."
    )
    return """
      {
          "name": \(jsonString(input.name)),
          "width": \(input.shape[3]),
          "height": \(input.shape[2]),
          "color": "\(channels == 1 ? "gray" : "rgb")",
          "resize": "stretch",
          "scale": \(1.0 / 255.0),
          "mean": [\(zeros)],
          "std": [\(ones)]
        }
      """
  }

  private static func attributesTemplate(_ outputs: [InspectReport.Value], _ advice: inout [String]) -> String {
    var names: Set<String> = []
    var entries: [String] = []
    for output in outputs.prefix(maximumAttributes) {
      var name = Attribute.identifier(from: output.name)
      let stem = name.prefix(Attribute.maximumNameLength - 3)
      var number = 2
      while !names.insert(name).inserted {
        name = "\(stem)_\(number)"
        number += 1
      }
      var fields: [String] = []
      if name != output.name { fields.append("\"output\": \(jsonString(output.name))") }
      if output.shape.count == 2, (2...100).contains(output.shape[1]) {
        let labels = (0..<output.shape[1]).map { "\"\($0)\"" }.joined(separator: ", ")
        fields.append("\"labels\": [\(labels)]")
      }
      fields.append("\"budget\": { \"accuracy_drop\": 1.0, \"agreement\": 97 }")
      entries.append("\(jsonString(name)): { \(fields.joined(separator: ", ")) }")
    }
    advice.append(
      "\"attributes\": give each its labels in the order of its scores; leave out those that are not needed.")
    if outputs.count > maximumAttributes {
      advice.append(
        "The model has \(outputs.count) outputs; the first \(maximumAttributes) are listed, as many as a bundle holds.")
    }
    return "{\n    " + entries.joined(separator: ",\n    ") + "\n  }"
  }

  /// A string as JSON has it.
  static func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
