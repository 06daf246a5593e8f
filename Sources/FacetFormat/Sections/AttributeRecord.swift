/// How an attribute's scores become confidences.
public enum ConfidenceRule: UInt32, Sendable {
  /// The scores are all there is (a regression, an embedding).
  case none = 0
  /// Softmax over the scores.
  case softmax = 1
  /// Sigmoid of each score.
  case sigmoid = 2
  /// The scores are probabilities already.
  case identity = 3
}

/// How scores become one number.
public enum ValueRule: UInt32, Sendable {
  /// They do not: the attribute is one of several classes, or raw scores.
  case none = 0
  /// score * scale + offset, of one score.
  case linear = 1
  /// The sum of confidence * bin over all scores, plus offset: an expected value.
  case expected = 2
}

/// One attribute: a named result. The attributes section is a count u32, then each record with its length (u32) before it, so that
/// later versions may add fields at a record's end.
///
/// Record: fragment u32, tensor u32 (a float32 tensor of that fragment), confidence rule u32, threshold f32 (NaN where none is set),
/// rank u32, dimensions u32 each (as the model states them, batch included), name string, label count u32, labels (strings). Of an attribute
/// that is a number (required feature `values`) then: value rule u32, scale f32, offset f32, unit string, bin count u32, bins (f32 each).
public struct AttributeRecord {
  /// Of a name, in UTF-8.
  public static let maximumNameBytes = 255
  public static let maximumRank: UInt32 = 8
  public static let maximumLabels: UInt32 = 65_536

  public var fragment: UInt32 = 0
  public var tensor: UInt32 = 0
  public var confidence: ConfidenceRule = .none
  /// Below this confidence a person decides; NaN where none is set.
  public var threshold: Float = .nan
  public var rank: UInt32 = 0
  public var dimensions: InlineArray<8, UInt32> = InlineArray(repeating: 1)
  public var name = ByteView.empty
  public var labelCount: UInt32 = 0
  /// The labels' strings, one after the other.
  public var labels = ByteView.empty

  public var valueRule = ValueRule.none
  public var scale: Float = 1
  public var offset: Float = 0
  /// What the number counts, such as years; empty where that is not said.
  public var unit = ByteView.empty
  /// f32 each, one for each score; empty but for an expected value.
  public var bins = ByteView.empty

  public init() {}

  /// Label `index`, or nil where there is none.
  public func label(_ index: Int) -> ByteView? {
    guard index >= 0, index < Int(labelCount) else { return nil }
    var reader = ByteReader(labels)
    for _ in 0..<index { _ = reader.string() }
    let label = reader.string()
    return reader.failed ? nil : label
  }

  public static func write(
    to writer: inout ByteWriter, fragment: UInt32, tensor: UInt32, confidence: ConfidenceRule, threshold: Float, dimensions: [UInt32],
    name: [UInt8], labels: [[UInt8]], value: (rule: ValueRule, scale: Float, offset: Float, unit: [UInt8], bins: [Float])? = nil
  ) {
    var (texts, bins, bytes) = (ByteWriter(), ByteWriter(), ByteWriter())
    for label in labels { texts.string(label) }
    for bin in value?.bins ?? [] { bins.f32(bin) }
    withViews([name, texts.bytes, value?.unit ?? [], bins.bytes]) { views in
      var record = AttributeRecord()
      (record.fragment, record.tensor, record.confidence, record.threshold) = (fragment, tensor, confidence, threshold)
      record.rank = UInt32(dimensions.count)
      for (axis, size) in dimensions.enumerated() { record.dimensions[axis] = size }
      (record.name, record.labelCount, record.labels) = (views[0], UInt32(labels.count), views[1])
      if let value { (record.valueRule, record.scale, record.offset) = (value.rule, value.scale, value.offset) }
      (record.unit, record.bins) = (views[2], views[3])
      record.write(to: &bytes)
    }
    writer.u32(UInt32(bytes.bytes.count))
    writer.raw(bytes.bytes)
  }
}

extension AttributeRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&fragment)
    visitor.field(&tensor)
    visitor.field(&confidence)
    visitor.field(&threshold)
    visitor.field(&rank)
    guard rank <= Self.maximumRank else { return visitor.refuse() }
    for axis in 0..<Int(rank) { visitor.field(&dimensions[axis]) }
    visitor.string(&name)
    visitor.field(&labelCount)
    guard labelCount <= Self.maximumLabels else { return visitor.refuse() }
    visitor.strings(&labels, count: labelCount)
    guard visitor.goesOn(valueRule != .none) else { return }
    visitor.field(&valueRule)
    visitor.field(&scale)
    visitor.field(&offset)
    visitor.string(&unit)
    var binCount = UInt32(clamping: bins.count / 4)
    visitor.field(&binCount)
    visitor.bytes(&bins, count: Int64(binCount) * 4)
  }
}
