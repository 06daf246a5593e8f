// The keys of a recipe, one enumeration for each object. `Formats/recipe.schema.json` has the same (a test compares them).

enum RecipeKey: String, CaseIterable {
  case schema = "$schema"
  case version, model, input, shapes, constants, attributes, profiles, subgroups, calibration
}

enum RecipeInputKey: String, CaseIterable {
  case name, width, height, layout, color, resize, fill, scale, mean, std, roi
  case meanImage = "mean_image"
}

enum RecipeAttributeKey: String, CaseIterable {
  case output, channels, model, labels, value, confidence, budget, threshold, priority, when
}

enum RecipeValueKey: String, CaseIterable {
  case scale, offset, bins, unit, within
}

enum RecipeBinsKey: String, CaseIterable {
  case first, step
}

enum RecipeBudgetKey: String, CaseIterable {
  case accuracyDrop = "accuracy_drop"
  case agreement
  case sqnr = "sqnr_db"
  case meanErrorIncrease = "mean_error_increase"
  case withinDrop = "within_drop"
  case meanDifference = "mean_difference"
  case subgroups
}
