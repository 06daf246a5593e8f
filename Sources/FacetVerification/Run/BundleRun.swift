import FacetCompiler
import FacetData
import FacetRuntime

/// What a bundle says about one attribute of one sample.
package struct AttributeResult: Encodable, Sendable, Equatable {
  package var name: String
  /// Of the highest score; nil where the attribute is a number or a map of places.
  package var label: String?
  package var index: Int?
  /// Nil where the attribute has none.
  package var confidence: Float?
  /// Whether the confidence lies below the threshold that the bundle states; nil where it states none.
  package var unsure: Bool?
  package var scores: [Float]
}

/// What a bundle says about one sample.
package struct SampleResult: Encodable, Sendable {
  package var file: String
  /// The part of the image that was looked at, clipped to it: x, y, width, height. Nil for all of it.
  package var roi: [Int]?
  /// In the bundle's order; only those asked for.
  package var attributes: [AttributeResult]
}

/// Runs a bundle over images and tensors.
package struct BundleRun {
  package let file: String
  package let bundle: Bundle
  package let inputs: [Dataset]
  /// Those asked for, by their numbers in the bundle.
  package let selected: [(index: Int, description: AttributeDescription)]
  private let session: Session
  private let set: UInt64

  /// Opens everything, so that nothing is printed before all names are known to be right.
  ///
  /// - Parameters:
  ///   - attributes: names; nil for all that the profile serves.
  ///   - profile: the name of the profile whose memory plan is used; nil for the plan that serves all.
  ///   - roi: the part of every image to look at; nil for what a `labels.csv` says, or the whole image.
  package init(
    _ bundleFile: BundleFile, inputs paths: [String], attributes: [String]?, profile: String? = nil, roi: RegionOfInterest? = nil,
    threads: Int, isa: String?
  ) throws(CompileFailure) {
    file = bundleFile.path
    bundle = bundleFile.bundle
    let plan = try bundle.plan(profile: profile, file: file)
    set = try bundle.attributeSet(attributes, plan: plan, file: file)
    let set = set
    selected = bundle.attributeDescriptions.enumerated().filter { set >> UInt64($0.offset) & 1 != 0 }
      .map { (index: $0.offset, description: $0.element) }
    let roi = roi ?? bundle.embeddedRecipe?.regionOfInterest ?? RegionOfInterest()
    var inputs: [Dataset] = []
    var problems: [DataError] = []
    for path in paths {
      do {
        inputs.append(try Dataset.open(path: path, roi: roi))
      } catch {
        problems.append(error)
      }
    }
    guard problems.isEmpty else { throw CompileFailure(problems) }
    self.inputs = inputs
    session = try Session.open(bundle, file: file, plan: plan, threads: threads, isa: isa)
  }

  /// The same part of every image, out of "x,y,w,h"; nil where the text is something else or the part is empty.
  package static func region(_ text: String) -> RegionOfInterest? { RegionOfInterest(text: text) }

  package var sampleCount: Int { inputs.reduce(0) { $0 + $1.count } }

  /// Calls `each` with every sample's result, in order.
  package func run(_ each: (SampleResult) -> Void) throws(CompileFailure) {
    for data in inputs {
      for index in 0..<data.count {
        let name: String
        var roi: [Int]?
        do {
          let sample = try data.sample(index)
          name = data.count == 1 ? data.path : sample.name
          if case .frame(_, _, let region?) = sample { roi = [region.x, region.y, region.width, region.height] }
          try NetworkInput(sample, for: bundle, data: data.path).set(on: session)
          try session.evaluate(attributes: set)
        } catch let error as DataError {
          throw CompileFailure(error)
        } catch let error as SessionError {
          throw CompileFailure(error, file: file)
        } catch {
          throw CompileFailure(Diagnostic(code: RunErrorCode.sample, file: data.path, message: "\(error)", remedy: ""))
        }
        each(SampleResult(file: name, roi: roi, attributes: selected.map { result($0.index, $0.description) }))
      }
    }
  }

  private func result(_ index: Int, _ description: AttributeDescription) -> AttributeResult {
    let scores = session.scores(attribute: index)
    var result = AttributeResult(name: description.name, scores: Array(scores))
    guard GroundTruth.isClassified(description), let top = description.predictedClass(scores) else { return result }
    result.index = top
    result.label = description.label(top)
    guard description.confidence != "none" else { return result }
    var confidences = [Float](repeating: 0, count: description.scores)
    let isKnown = confidences.withUnsafeMutableBufferPointer {
      (try? session.confidences(attribute: index, into: $0)) != nil
    }
    guard isKnown, let held = confidences.count == 1 ? confidences.first : confidences[top] else { return result }
    result.confidence = description.scores == 1 && top == 0 ? 1 - held : held
    if let threshold = description.threshold { result.unsure = !((result.confidence ?? 0) >= threshold) }
    return result
  }
}
