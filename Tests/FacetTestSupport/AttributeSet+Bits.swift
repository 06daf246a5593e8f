import FacetFormat

/// Tests write sets as their bits: 0b101 is attributes 0 and 2.
extension AttributeSet: ExpressibleByIntegerLiteral {
  public init(integerLiteral bits: UInt64) { self.init(bits) }
}
