import FacetFormat

/// The condition on which an attribute is evaluated, as a recipe states it: `eyewear == none && age.confidence > 0.6`.
public struct Gate: Sendable, Equatable {
  /// As it stands in the recipe.
  public var text: String
  package var condition: Condition

  /// A name or label and where it begins in the text, in bytes.
  package struct Name: Sendable, Equatable {
    package var text: String
    package var offset: Int
  }

  package indirect enum Condition: Sendable, Equatable {
    /// The attribute's answer is this label.
    case answer(Name, label: Name)
    case compare(Quantity, GateOperation.Comparison, Double)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
  }

  /// A number of an attribute: its confidence or score, or that of one label; or the number that it is itself.
  package struct Quantity: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
      case confidence, score, value
    }
    package var attribute: Name
    package var kind: Kind
    package var label: Name?
  }
}

extension Gate.Condition {
  /// What it reads, from left to right.
  var terms: [Gate.Condition] {
    switch self {
    case .answer, .compare: [self]
    case .not(let inner): inner.terms
    case .and(let a, let b), .or(let a, let b): a.terms + b.terms
    }
  }

  /// The attribute of a term.
  var attribute: Gate.Name? {
    switch self {
    case .answer(let name, _): name
    case .compare(let quantity, _, _): quantity.attribute
    default: nil
    }
  }
}

/// What is wrong with a gate's text, after how many of its bytes, and what to do.
struct GateFault: Error, Equatable {
  var code = RecipeErrorCode.gate
  var offset: Int
  var message: String
  var remedy: String
}
