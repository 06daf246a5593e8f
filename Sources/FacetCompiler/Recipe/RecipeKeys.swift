// The keys of a recipe, one enumeration for each object. `Formats/recipe.schema.json` has the same (a test compares them).

enum RecipeKey: String, CaseIterable {
  case schema = "$schema"
  case version, model, input, shapes, constants, attributes, profiles, subgroups, calibration
}

enum RecipeInputKey: String, CaseIterable {
  case name, width, height, layout, color, resize, fill, scale, mean, std, roi
}

enum RecipeAttributeKey: String, CaseIterable {
  case output, model, labels, confidence, budget, threshold, priority, when
}

enum RecipeBudgetKey: String, CaseIterable {
  case accuracyDrop = "accuracy_drop"
  case agreement
  case sqnr = "sqnr_db"
  case subgroups
}
