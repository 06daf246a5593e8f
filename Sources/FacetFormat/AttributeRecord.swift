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

  public var fragment: UInt32 = 0
  public var tensor: UInt32 = 0
  public var confidence: ConfidenceRule = .none
  /// Below this confidence a person decides; NaN where none is set.
  public var threshold: Float = .nan
  public var rank: UInt32 = 0
  public var dimensions: InlineArray<8, UInt32> = InlineArray(repeating: 1)
  public var name: ByteView
  public var labelCount: UInt32 = 0
  /// The labels' strings, one after the other.
  public var labels: ByteView

  public var valueRule = ValueRule.none
  public var scale: Float = 1
  public var offset: Float = 0
  /// What the number counts, such as years; empty where that is not said.
  public var unit = ByteView(UnsafeRawBufferPointer(start: nil, count: 0))
  /// f32 each, one for each score; empty but for an expected value.
  public var bins = ByteView(UnsafeRawBufferPointer(start: nil, count: 0))

  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    fragment = reader.u32()
    tensor = reader.u32()
    guard let confidence = ConfidenceRule(rawValue: reader.u32()) else { return nil }
    self.confidence = confidence
    threshold = reader.f32()
    rank = reader.u32()
    guard rank <= 8 else { return nil }
    for i in 0..<Int(rank) { dimensions[i] = reader.u32() }
    name = reader.string()
    labelCount = reader.u32()
    let start = reader.offset
    guard labelCount <= 65_536 else { return nil }
    for _ in 0..<labelCount { _ = reader.string() }
    guard !reader.failed, let labels = view.part(offset: start, length: reader.offset - start) else { return nil }
    self.labels = labels
    guard reader.offset < view.count else { return }
    guard let rule = ValueRule(rawValue: reader.u32()) else { return nil }
    valueRule = rule
    scale = reader.f32()
    offset = reader.f32()
    unit = reader.string()
    bins = reader.part(Int64(reader.u32()) * 4)
    guard !reader.failed else { return nil }
  }

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
    var record = ByteWriter()
    record.u32(fragment)
    record.u32(tensor)
    record.u32(confidence.rawValue)
    record.f32(threshold)
    record.u32(UInt32(dimensions.count))
    for dimension in dimensions { record.u32(dimension) }
    record.string(name)
    record.u32(UInt32(labels.count))
    for label in labels { record.string(label) }
    if let value {
      record.u32(value.rule.rawValue)
      record.f32(value.scale)
      record.f32(value.offset)
      record.string(value.unit)
      record.u32(UInt32(value.bins.count))
      for bin in value.bins { record.f32(bin) }
    }
    writer.u32(UInt32(record.bytes.count))
    writer.raw(record.bytes)
  }
}
