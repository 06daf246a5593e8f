import FacetDiagnostics
import FacetImport

/// The codes of what can be wrong where several models become one network, or are planned, and what each means.
package enum MergeErrorCode: String, CaseIterable, ErrorCode {
  case input = "merge.input"
  case outputName = "merge.output-name"
  case recipe = "merge.recipe"
  case recipes = "merge.recipes"
  case repeated = "merge.repeated"
  case planTarget = "plan.target"
}

extension MergeErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .input:
      (
        "The models that are to be merged take inputs of different sizes.",
        "Merged models look at one image, prepared once.",
        "Export all of them for the same input, or compile them into bundles of their own."
      )
    case .outputName:
      (
        "Two outputs of the merged network have the same name.",
        "Outputs that several models have are called after their files, as in age.scores; another output has that name already.",
        "Rename one of the model files, or the output."
      )
    case .recipe:
      (
        "The recipes of the models say different things.",
        "They prepare the image differently, or use one attribute's name for two outputs.",
        "Give all recipes the same \"input\", and each attribute a name of its own."
      )
    case .recipes:
      (
        "The number of recipes is neither one nor that of the models.",
        "One recipe may stand for all models, or each model has its own, in the order of the models.",
        "Give one, or one for each."
      )
    case .repeated:
      (
        "A model is given twice.",
        "The same file was named twice, or two files hold the same network with the same weights.",
        "Name each model once."
      )
    case .planTarget:
      (
        "The bundle was compiled for a board that is not known.",
        "A newer Facet, with more boards, made it.",
        "Name a board with --target; 'facet targets' lists them."
      )
    }
  }
}
