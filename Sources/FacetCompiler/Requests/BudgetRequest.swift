import FacetDiagnostics
import FacetRuntime

/// Budgets that more bits for some results are to meet, at the least cost.
public struct BudgetRequest: Sendable {
  /// Bundles that are made and judged, at most.
  public static let usualEvaluations = 24

  /// What time may grow to, of plain int8's; nil: no limit.
  public var maximumSlowdown: Double?
  public var evaluations = usualEvaluations
  /// Whether a bundle keeps the budgets.
  package var judge: @Sendable (Bundle) throws(FacetError) -> Judgement

  package init(judge: @escaping @Sendable (Bundle) throws(FacetError) -> Judgement) { self.judge = judge }
}

/// What was tried to meet budgets, and what was chosen.
public struct BudgetReport: Sendable, Encodable {
  /// A bundle that was made and judged.
  public struct Point: Sendable, Encodable {
    /// Operators that give more than int8, by name.
    public var moreBits: [MoreBits]
    /// Of an inference on one core of the target, modelled.
    public var milliseconds: Double
    public var bytes: Int
    /// More products than plain int8, and products in float32, as a share of its products.
    public var moreProducts: Double
    public var attributes: [Judgement.Attribute]
    /// Whether all budgets are met.
    public var isMet: Bool
    /// No other is as good in each attribute's SQNR, in time and in bytes, and better in one.
    public var isOnFront = false
    public var isChosen = false

    private enum CodingKeys: String, CodingKey {
      case moreBits, milliseconds, bytes, moreProducts, attributes
      case isMet = "met"
      case isOnFront = "paretoFront"
      case isChosen = "chosen"
    }
  }

  public var isMet: Bool
  /// On which budgets were judged.
  public var samples: Int
  /// What times are modelled for.
  public var target: String
  public var maximumSlowdown: Double?
  /// Whether compiling with the decisions gives the bundle that was chosen, and no other rounding of weights.
  package var isSettled = true
  /// Whether more could have been tried.
  public var isAtEnd: Bool
  /// In the order in which they were tried; plain int8 first.
  public var points: [Point]

  public var chosen: Point? { points.first(where: \.isChosen) }

  private enum CodingKeys: String, CodingKey {
    case isMet = "met"
    case samples, target, maximumSlowdown
    case isAtEnd = "evaluationsExhausted"
    case points
  }
}

extension BudgetReport {
  /// Marks what nothing else beats.
  mutating func markFront() {
    func beats(_ a: Point, _ b: Point) -> Bool {
      let pairs = zip(a.attributes, b.attributes)
      let isAsGood = a.milliseconds <= b.milliseconds && a.bytes <= b.bytes && pairs.allSatisfy { $0.sqnrDb >= $1.sqnrDb }
      return isAsGood && (a.milliseconds < b.milliseconds || a.bytes < b.bytes || pairs.contains { $0.sqnrDb > $1.sqnrDb })
    }
    for index in points.indices { points[index].isOnFront = !points.contains { beats($0, points[index]) } }
  }
}
