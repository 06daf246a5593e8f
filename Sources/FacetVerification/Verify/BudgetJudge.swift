import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetMetrics
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// Judges bundles by the recipes' budgets, on data, as `facet verify --gate` does: what chance may have done is not met.
package struct BudgetJudge: Sendable {
  private let reference: Bundle
  private let data: Dataset
  private let recipes: [Recipe]
  private let file: String
  private let threads: Int

  /// - Parameters:
  ///   - request: names the models, which are compiled in float32 to compare with.
  ///   - data: path of images or tensors, with labels for accuracies.
  package init(_ request: CompileRequest, data path: String) throws(FacetError) {
    var float = request
    (float.precision, float.budget, float.decisions, float.ranges) = (.float32, nil, nil, nil)
    (recipes, threads, file) = (request.recipes, request.threads, request.models.first ?? "")
    data = try Dataset.open(path: path, roi: recipes.first?.regionOfInterest ?? RegionOfInterest(), options: request.reading)
    let result = try Compiler.compile(float)
    do { reference = try Bundle.opening(result.bytes) } catch { throw FacetError(error, file: file) }
    // What float itself does not meet, no bits do.
    let unreachable = try judge(reference).attributes.filter { !$0.isMet }
    guard unreachable.isEmpty else {
      throw FacetError(
        unreachable.map { attribute in
          Diagnostic(
            code: CompileErrorCode.budget, file: path, place: "attribute '\(attribute.name)'",
            message: "Float itself does not meet its budget on these data: \(attribute.missing.joined(separator: "; ")).",
            remedy: "Give more samples, or a budget that as many can tell.")
        })
    }
  }

  /// - Throws: errors of the data; `compile.budget` where a budget needs labels that they have not.
  package func judge(_ bundle: Bundle) throws(FacetError) -> Judgement {
    let report = try Verification(bundle: bundle, bundleFile: file, reference: reference, data: data, recipes: recipes, threads: threads)
      .run()
    guard report.gate.unchecked.isEmpty else {
      throw FacetError(
        report.gate.unchecked.map { unchecked in
          let subject = unchecked.subject
          let column = subject.subgroup ?? subject.attribute
          return Diagnostic(
            code: CompileErrorCode.budget, file: data.path, place: "attribute '\(subject.attribute)'",
            message: "Its budget \(unchecked.budget.rawValue)\(subject.subgroup.map { " by '\($0)'" } ?? "") cannot be judged: "
              + (unchecked.budget.needsLabels || subject.subgroup != nil
                ? "the data have no labels in a column '\(column)'." : "the attribute has no classes."),
            remedy: "Name data with a labels.csv that has this column with --data, or take the budget out of the recipe.")
        })
    }
    return Judgement(
      attributes: report.attributeNames.compactMap { name in
        report.attributes[name].map { found in
          let missing = Self.missing(name, report.gate)
          return Judgement.Attribute(
            name: name, sqnrDb: found.difference.sqnrDb, agreement: found.difference.agreement, accuracyDrop: found.drop,
            isMet: missing.isEmpty, missing: missing)
        }
      }, samples: report.samples)
  }

  private static func missing(_ name: String, _ gate: VerificationReport.Gate) -> [String] {
    func place(_ subject: VerificationReport.Subject) -> String {
      subject.subgroup.map { " where \($0) is \(subject.group ?? "")" } ?? ""
    }
    let missed = gate.missed.filter { $0.subject.attribute == name }.map { miss in
      switch miss.criterion {
      case .metric(let metric): "\(metric.text(miss.value, limit: miss.limit))\(place(miss.subject))"
      case .finite: "\(Int(miss.value)) scores are infinite or not a number"
      }
    }
    let undecided = gate.undecided.filter { $0.subject.attribute == name }.map { found in
      "\(found.budget.text(found.value, limit: found.limit))\(place(found.subject)), too few samples (\(found.samples)) to tell: "
        + (found.samplesNeeded.map { "about \($0) would do" } ?? "no number would do at these rates")
    }
    return missed + undecided
  }
}
