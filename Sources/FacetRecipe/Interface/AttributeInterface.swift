import FacetFormat

/// What a bundle says about one attribute.
package struct AttributeInterface {
  package var name: String
  package var labels: [String]
  package var confidence: ConfidenceRule
  /// NaN where none is set.
  package var threshold: Float
  /// As the model states it.
  package var shape: [Int]
  /// Nil where it is no number.
  package var value: ValueInterface? = nil

  package init(name: String, labels: [String], confidence: ConfidenceRule, threshold: Float, shape: [Int], value: ValueInterface? = nil) {
    self.name = name
    self.labels = labels
    self.confidence = confidence
    self.threshold = threshold
    self.shape = shape
    self.value = value
  }
}

/// What a bundle says of an attribute that is a number.
package struct ValueInterface: Equatable {
  package var scale: Float
  package var offset: Float
  package var unit: String
  /// Empty where it is made of one score.
  package var bins: [Float]

  package init(_ value: Recipe.Value, scores: Int) {
    scale = Float(value.scale)
    offset = Float(value.offset)
    unit = value.unit ?? ""
    bins = value.bins?.numbers(scores).map(Float.init) ?? []
  }

  /// Nil where a bundle says of an attribute that it is no number.
  package init?(_ record: AttributeRecord) {
    guard record.valueRule != .none else { return nil }
    scale = record.scale
    offset = record.offset
    unit = record.unit.text
    bins = (0..<record.bins.count / 4).map { record.bins.f32($0 * 4) ?? 0 }
  }

  package var fields: (rule: ValueRule, scale: Float, offset: Float, unit: [UInt8], bins: [Float]) {
    (bins.isEmpty ? .linear : .expected, scale, offset, Array(unit.utf8), bins)
  }
}
