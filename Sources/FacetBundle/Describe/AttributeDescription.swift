import FacetDiagnostics
import FacetFormat
import FacetRecipe
import FacetRuntime

/// An attribute of a bundle in Swift's own types.
package struct AttributeDescription: Sendable, Equatable, Encodable {
  package var name: String
  /// One for each class; empty where classes are only numbered. One score stands for two: the negative and the positive.
  package var labels: [String]
  /// `none`, `softmax`, `sigmoid` or `probabilities`.
  package var confidence: String
  /// Nil where none is set.
  package var threshold: Float?
  /// As the model states it, batch included.
  package var shape: [Int]
  /// Number of scores.
  package var scores: Int
  /// The condition of its gate; nil where it has none.
  package var when: String? = nil
  /// Of an attribute that is a number; nil otherwise.
  package var value: Value? = nil

  /// How scores become one number.
  package struct Value: Sendable, Equatable, Encodable {
    package var scale: Float
    package var offset: Float
    /// Nil where that is not said.
    package var unit: String?
    /// What each score stands for; nil where there is one.
    package var bins: [Float]?

    init(_ value: ValueInterface) {
      (scale, offset) = (value.scale, value.offset)
      unit = value.unit.isEmpty ? nil : value.unit
      bins = value.bins.isEmpty ? nil : value.bins
    }
  }

  /// The scores along the axis that labels stand for: `outer` groups of `classes`, `inner` scores apart.
  package var axis: (outer: Int, classes: Int, inner: Int) {
    guard shape.count > 1, shape.allSatisfy({ (1...max(scores, 1)).contains($0) }) else { return (1, scores, 1) }
    var product = 1
    for length in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      guard !overflow else { return (1, scores, 1) }
      product = next
    }
    return product == scores ? (shape[0], shape[1], scores / shape[0] / shape[1]) : (1, scores, 1)
  }

  /// Whether a sample has one class: not a number, not a map of places.
  package var isClassified: Bool {
    let axis = axis
    guard axis.outer == 1, axis.inner == 1, value == nil else { return false }
    return axis.classes > 1 || confidence == "sigmoid" || confidence == "probabilities"
  }

  /// One score with a confidence is yes or no.
  package var classCount: Int { max(axis.classes, 2) }

  /// Label of class `index`, or its number.
  package func label(_ index: Int) -> String { index < labels.count ? labels[index] : "\(index)" }

  /// Class of the highest of `values` in place (`outer`, `inner`), the first of equals; nil where all are NaN.
  package func top(_ values: UnsafeBufferPointer<Float>, outer: Int = 0, inner: Int = 0) -> Int? {
    let (_, classes, stride) = axis
    let start = outer * classes * stride + inner
    guard values.count == scores, outer >= 0, inner >= 0, start + (classes - 1) * stride < scores else { return nil }
    var best: Int?
    for index in 0..<classes where !values[start + index * stride].isNaN {
      if let held = best, values[start + held * stride] >= values[start + index * stride] { continue }
      best = index
    }
    return best
  }
}

extension Bundle {
  /// All attributes, in the order of their numbers.
  package var attributeDescriptions: [AttributeDescription] {
    attributes.enumerated().map { index, record in
      AttributeDescription(
        name: record.name.text,
        labels: (0..<labelCount(attribute: index)).map { number in label(attribute: index, number).map { ByteView($0).text } ?? "\(number)"
        },
        confidence: record.confidence == .identity ? Recipe.Confidence.probabilities.rawValue : "\(record.confidence)",
        threshold: record.threshold.isNaN ? nil : record.threshold,
        shape: (0..<Int(record.rank)).map { Int(record.dimensions[$0]) },
        scores: scoreCount(attribute: index), when: gate(attribute: index).map { ByteView($0).text },
        value: ValueInterface(record).map(AttributeDescription.Value.init))
    }
  }

  /// The set of the named attributes, all of them where `names` is nil.
  ///
  /// - Throws: every name that the bundle does not have, at once.
  /// - Parameter plan: the plan that is to serve them; all of its attributes where `names` is nil.
  package func attributeSet(_ names: [String]?, plan: Int = 0, file: String) throws(FacetError) -> AttributeSet {
    guard let names else { return attributes(plan: plan) }
    let known = attributes.map(\.name.text)
    let served = attributes(plan: plan)
    var set = AttributeSet()
    var unknown: [Diagnostic] = []
    for name in names {
      if let index = known.firstIndex(of: name) {
        set.insert(index)
        if !served.contains(index) {
          let names = served.map { known[$0] }
          unknown.append(
            Diagnostic(
              code: RunErrorCode.profile, file: file,
              message: "The profile '\(plans[plan].name.text)' does not serve the attribute \(quoted(name)).",
              remedy: "It serves \(names.joined(separator: ", ")). Leave out --profile to evaluate any."))
        }
        continue
      }
      let guess = didYouMean(name, among: known)
      unknown.append(
        Diagnostic(
          code: RunErrorCode.attribute, file: file, message: "The bundle has no attribute \(quoted(name)).",
          remedy: "\(guess.isEmpty ? "" : guess + " ")It has \(known.joined(separator: ", "))."))
    }
    guard unknown.isEmpty else { throw FacetError(unknown) }
    return set
  }
}

extension Bundle {
  /// The plan of the profile of this name; plan 0 where it is nil.
  package func plan(profile name: String?, file: String) throws(FacetError) -> Int {
    guard let name else { return 0 }
    let found = Array(name.utf8).withUnsafeBytes { plan(named: $0) }
    if let found { return found }
    let known = plans.dropFirst().map(\.name.text)
    let guess = didYouMean(name, among: known)
    throw FacetError([
      Diagnostic(
        code: RunErrorCode.profile, file: file, message: "The bundle has no profile \(quoted(name)).",
        remedy: known.isEmpty
          ? "It has none; compile it with --profile NAME=a,b."
          : "\(guess.isEmpty ? "" : guess + " ")It has \(known.joined(separator: ", ")).")
    ])
  }
}
