import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFormat
import FacetFrames
import FacetRecipe
import FacetRuntime

/// What a bundle says about one attribute of one sample.
package struct AttributeResult: Encodable, Sendable, Equatable {
  package var name: String
  /// Of the highest score; nil where the attribute is a number or a map of places.
  package var label: String?
  package var index: Int?
  /// Nil where the attribute has none.
  package var confidence: Float?
  /// Of an attribute that is a number.
  package var value: Float?
  /// What that counts; nil where the bundle does not say it.
  package var unit: String?
  /// Whether the confidence lies below the threshold that the bundle states; nil where it states none.
  package var unsure: Bool?
  package var scores: [Float]
  /// `evaluated`, `gate closed` or `not reached`; only the first has scores.
  package var status: String
  /// The condition of its gate; nil where it has none.
  package var when: String?
}

/// What a bundle says about one sample.
package struct SampleResult: Encodable, Sendable {
  package var file: String
  /// The part of the image that was looked at, clipped to it: x, y, width, height. Nil for all of it.
  package var roi: [Int]?
  /// In the bundle's order; only those asked for.
  package var attributes: [AttributeResult]
  /// Of the forks that are cut, in their order: channels x height x width.
  package var forks: [[Float]] = []

  enum CodingKeys: CodingKey {
    case file, roi, attributes
  }
}

/// Runs a bundle over images and tensors, or from its forks on.
package struct BundleRun {
  package let file: String
  package let bundle: Bundle
  package let inputs: [Dataset]
  /// Those asked for, by their numbers in the bundle.
  package let selected: [(index: Int, description: AttributeDescription)]
  /// Forks to write out.
  package let cuts: [(index: Int, description: BundleDescription.Fork)]
  private let options: EvaluationOptions
  private let starts: ForkInputs?
  private let session: Session
  private let set: AttributeSet

  /// Opens everything, so that nothing is printed before all names are known to be right.
  package init(
    _ bundleFile: BundleFile, inputs paths: [String], options: EvaluationOptions = EvaluationOptions(), threads: Int, isa: String?
  ) throws(FacetError) {
    file = bundleFile.path
    bundle = bundleFile.bundle
    self.options = options
    let plan = try bundle.plan(profile: options.profile, file: file)
    var set = options.cuts.isEmpty || options.attributes != nil ? try bundle.attributeSet(options.attributes, plan: plan, file: file) : []
    var cuts: [(index: Int, description: BundleDescription.Fork)] = []
    for name in options.cuts {
      let index = try bundle.forkIndex(name, file: file)
      cuts.append((index, bundle.forkDescriptions[index]))
    }
    self.cuts = cuts
    session = try Session.open(bundle, file: file, plan: plan, threads: threads, isa: isa)
    if let path = options.costs { try MeasuredCosts.load(path).set(on: session, file: path) }
    if options.starts.isEmpty {
      starts = nil
      inputs = try Self.open(
        paths, reading: options.reading, roi: options.roi ?? bundle.embeddedRecipe?.regionOfInterest ?? RegionOfInterest())
    } else {
      let forks = try ForkInputs(options.starts, bundle, file: file)
      set = try Self.reached(set, by: forks, session, options, file: file)
      starts = forks
      inputs = forks.forks.map(\.data)
    }
    self.set = set
    selected = bundle.attributeDescriptions.enumerated().filter { set.contains($0.offset) }
      .map { (index: $0.offset, description: $0.element) }
  }

  private static func open(_ paths: [String], reading: DatasetOptions, roi: RegionOfInterest) throws(FacetError) -> [Dataset] {
    var inputs: [Dataset] = []
    var problems: [Diagnostic] = []
    for path in paths {
      do {
        inputs.append(try Dataset.open(path: path, roi: roi, options: reading))
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    return inputs
  }

  /// The same part of every image, out of "x,y,w,h".
  ///
  /// - Returns: that, or what is wrong with the text.
  package static func region(_ text: String) -> (region: RegionOfInterest?, fault: String) {
    do {
      return (try RegionOfInterest(text: text), "")
    } catch {
      switch error {
      case .form: return (nil, "takes x,y,w,h: four numbers of pixels, w and h at least half a pixel.")
      case .shares:
        let remedy = "multiply x and w by the image's width, y and h by its height"
        return (nil, "is in pixels: \(remedy). \(text) would be one pixel of the corner.")
      }
    }
  }

  /// Of the attributes asked for by name, all must be reached; where none is named, those that are.
  private static func reached(
    _ set: AttributeSet, by forks: ForkInputs, _ session: Session, _ options: EvaluationOptions, file: String
  ) throws(FacetError) -> AttributeSet {
    do throws(SessionError) {
      try forks.setZeros(on: session)
    } catch {
      throw FacetError(error, file: file)
    }
    let reached = set.intersection(session.available(ignoringGates: options.ignoresGates))
    guard options.attributes != nil || (reached.isEmpty && options.cuts.isEmpty) else { return reached }
    try session.checkReach(set, ignoringGates: options.ignoresGates, forks: forks, file: file)
    return set
  }

  /// What the answers may suffer from, a sentence each.
  package var warnings: [String] {
    guard starts == nil, options.roi == nil, let recipe = bundle.embeddedRecipe else { return [] }
    return inputs.filter { $0.lacksRegions(named: recipe.regionOfInterest) }.prefix(1).map { data in
      let others = inputs.count == 1 ? "" : " and other inputs"
      let columns = (recipe.input?.roi ?? []).joined(separator: ", ")
      return "The network is meant to see a part of each image (the recipe's input.roi), and nothing says which one of "
        + "'\(data.path)'\(others): images are taken whole. Give --roi x,y,w,h, or a labels.csv with the columns \(columns)."
    }
  }

  package var sampleCount: Int { starts?.count ?? inputs.reduce(0) { $0 + $1.count } }

  /// What a user should know about the folders that were given.
  package var notes: [String] { inputs.compactMap(\.note) }

  /// Calls `each` with every sample's result, in order, and `skipped` with each that cannot be read, where such are passed over.
  ///
  /// - Throws: also where not one could be read.
  package func run(skipped: (Diagnostic) -> Void = { _ in }, _ each: (SampleResult) -> Void) throws(FacetError) {
    var done = 0
    var first: Diagnostic?
    func skip(_ problem: Diagnostic) {
      if first == nil { first = problem }
      skipped(problem)
    }
    if let starts {
      for index in 0..<starts.count {
        each(try sample(of: starts.forks[0].data.path) { (try starts.set(index, on: session), nil) })
      }
      return
    }
    for data in inputs {
      for index in 0..<data.count {
        guard let read = try data.readableSample(index, skipped: skip) else { continue }
        done += 1
        each(
          try sample(of: data.path) {
            try session.set(read, data: data.path)
            let name = data.name(ofSample: index, read)
            guard case .frame(_, _, let region?) = read else { return (name, nil) }
            return (name, [region.x, region.y, region.width, region.height])
          })
      }
    }
    if done == 0, let first { throw FacetError(first) }
  }

  /// - Parameter start: sets the input; gives its name, and which part of the image it is.
  private func sample(of data: String, _ start: () throws -> (name: String, roi: [Int]?)) throws(FacetError) -> SampleResult {
    do {
      let (name, roi) = try start()
      try session.evaluate(attributes: set, ignoringGates: options.ignoresGates, budget: options.budget)
      var result = SampleResult(file: name, roi: roi, attributes: selected.map { self.result($0.index, $0.description) })
      for cut in cuts { result.forks.append(try session.values(ofFork: cut.index, count: cut.description.shape.reduce(1, *))) }
      return result
    } catch let error as FacetError {
      throw error
    } catch let error as SessionError {
      throw FacetError(error, file: file)
    } catch {
      throw FacetError(Diagnostic(code: RunErrorCode.sample, file: data, message: "\(error)", remedy: ""))
    }
  }

  private func result(_ index: Int, _ description: AttributeDescription) -> AttributeResult {
    let scores = session.scores(attribute: index)
    let status = session.status(attribute: index)
    var result = AttributeResult(
      name: description.name, scores: Array(scores), status: status.text, when: description.when)
    if let rule = description.value, status == .evaluated {
      result.value = session.value(attribute: index)
      result.unit = rule.unit
    }
    guard description.isClassified, let top = session.answer(attribute: index) else { return result }
    result.index = top
    result.label = description.label(top)
    let confidence = session.confidence(attribute: index, class: top)
    guard !confidence.isNaN else { return result }
    result.confidence = confidence
    if let threshold = description.threshold { result.unsure = !((result.confidence ?? 0) >= threshold) }
    return result
  }
}

extension Dataset {
  /// As results call a sample: the file as it was named, with the sample's place where it holds several; in a folder, the file there.
  fileprivate func name(ofSample index: Int, _ sample: Sample) -> String {
    if count == 1 { return path }
    return files == [path] ? "\(path)[\(index)]" : sample.name
  }
}

extension AttributeStatus {
  /// As results show it.
  package var text: String {
    switch self {
    case .notAsked: "not asked"
    case .evaluated: "evaluated"
    case .gateClosed: "gate closed"
    case .notReached: "not reached"
    }
  }
}

extension Session {
  fileprivate func values(ofFork index: Int, count: Int) throws(SessionError) -> [Float] {
    try evaluate(fork: index)
    var values = [Float](repeating: 0, count: count)
    try values.withUnsafeMutableBufferPointer { values in Result { () throws(SessionError) in try readFork(index, into: values) } }.get()
    return values
  }
}
