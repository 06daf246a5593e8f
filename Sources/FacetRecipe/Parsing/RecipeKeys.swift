import FacetMetrics

// The keys of a recipe, one enumeration for each object. `Formats/recipe.schema.json` has the same (a test compares them).

package enum RecipeKey: String, CaseIterable {
  case schema = "$schema"
  case version, model, input, shapes, constants, attributes, profiles, subgroups, calibration
}

enum RecipeInputKey: String, CaseIterable {
  case name, width, height, layout, color, resize, fill, scale, mean, std, roi
  case meanImage = "mean_image"
}

package enum RecipeAttributeKey: String, CaseIterable {
  case output, channels, model, labels, value, confidence, budget, threshold, priority, when
}

enum RecipeValueKey: String, CaseIterable {
  case scale, offset, bins, unit, within
}

enum RecipeBinsKey: String, CaseIterable {
  case first, step
}

/// A limit of each kind, and those of the groups of columns.
enum RecipeBudgetKey: RawRepresentable, CaseIterable, Hashable {
  case limit(BudgetKind)
  case subgroups

  static let allCases = BudgetKind.allCases.map(Self.limit) + [.subgroups]

  init?(rawValue: String) {
    if let kind = BudgetKind(rawValue: rawValue) {
      self = .limit(kind)
    } else if rawValue == "subgroups" {
      self = .subgroups
    } else {
      return nil
    }
  }

  var rawValue: String {
    switch self {
    case .limit(let kind): kind.rawValue
    case .subgroups: "subgroups"
    }
  }
}
