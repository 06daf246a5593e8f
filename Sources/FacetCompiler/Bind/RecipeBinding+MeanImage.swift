import FacetDiagnostics
import FacetIR
import FacetImport
import FacetRecipe

extension RecipeBinding {
  /// The numbers of the recipe's mean image: height x width x channels.
  static func meanImage(_ input: Recipe.Input, _ recipe: Recipe, problems: inout [Diagnostic]) -> [Double]? {
    let file: String
    switch input.meanImage {
    case nil: return nil
    case .numbers(let numbers)?: return numbers.count == input.height * input.width * input.color.channels ? numbers : nil
    case .file(let path)?: file = path
    }
    let tensor: Tensor
    do {
      tensor = try Tensor(constant: file)
    } catch {
      var problem = error.diagnostics[0]
      problem.remedy += " The recipe '\(recipe.file)' names it as \"mean_image\"."
      problems.append(problem)
      return nil
    }
    func problem(_ message: String, _ remedy: String) -> [Double]? {
      problems.append(Diagnostic(code: RecipeErrorCode.meanImage, file: file, message: message, remedy: remedy))
      return nil
    }
    let (height, width, channels) = (input.height, input.width, input.color.channels)
    // A batch axis of 1, and that of the only channel, may be left out.
    var shape = tensor.shape
    if shape.count == 4, shape[0] == 1 { shape.removeFirst() }
    if channels == 1, shape == [height, width] { shape.append(1) }
    let isHWC = shape == [height, width, channels]
    guard isHWC || shape == [channels, height, width] else {
      return problem(
        "Its shape is \(tensor.shape), that of the input \([height, width, channels]) (height, width, channels).",
        "Save it in that order or as \([channels, height, width]). Where it is larger, crop it as the training did (Caffe: its middle): "
          + "np.save(\"mean.npy\", mean[:, y:y + \(height), x:x + \(width)]).")
    }
    guard tensor.elements.allSatisfy(\.isFinite) else {
      return problem("It holds numbers that are not finite.", "Correct it: numpy.isfinite(mean).all() must hold.")
    }
    // As a bundle holds it: of pixels and numbers that leave binary32, nothing comes back.
    let largest = tensor.elements.reduce(0) { max($0, abs($1)) }
    guard input.std.allSatisfy({ Float(input.scale / $0).isFinite && Float(Double(largest) / $0).isFinite }) else {
      return problem(
        "Divided by \"std\", its numbers or the scale are beyond float32.",
        "Check \"std\": it is that of the training, in units of pixel * scale.")
    }
    let plane = height * width
    return (0..<plane * channels).map { index in
      Double(tensor.elements[isHWC || channels == 1 ? index : index % channels * plane + index / channels])
    }
  }
}
