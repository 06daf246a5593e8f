import FacetBundle
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetStatistics

/// The calibration run: the network in float32 over the calibration data, with its activations measured.
struct Calibration {
  var measurements: Measurements
  /// Whether another range method may be tried.
  var rangesAreOpen = true
  var sampleCount: Int
  /// Of all samples, as the network sees them.
  var hash: SHA256.Digest
  /// A few inputs for the self-test, all pixels or all numbers.
  var selfTestSamples: [NetworkInput]
  /// What could not be read and was passed over.
  var skipped: [Diagnostic] = []
  /// What is to be said about the data, a sentence each.
  var notes: [String] = []

  /// Some of the others, for what is chosen by int8's own activations.
  var learned: [NetworkInput] = []
  /// On which int8 is compared with float.
  var checked: [CheckedSample] = []
  /// Whether these were set aside.
  var isSetAside = false
  /// What makes the data less than they should be, a sentence each.
  var warnings: [String] = []

  var skippedOrNil: [Diagnostic]? { skipped.isEmpty ? nil : skipped }

  private static let selfTestCount = 2

  /// Where the data lies, and the recipe that says so, if it is not the command.
  static func places(_ model: PreparedModel, _ request: CompileRequest) -> [(path: String, recipe: Recipe?)] {
    request.calibration.map { [($0, nil)] } ?? model.calibrations.map { ($0.path, $0.recipe) }
  }

  /// - Parameters:
  ///   - types: of the int8 program.
  ///   - program: of the model in float32.
  static func run(
    _ model: PreparedModel, _ request: CompileRequest, _ types: NumberTypes, program: LoweredProgram
  ) throws(FacetError) -> Calibration {
    let places = places(model, request)
    guard !places.isEmpty else {
      throw FacetError([
        Diagnostic(
          code: CompileErrorCode.calibrationMissing, file: model.source.file, message: "int8 needs calibration data, and none was given.",
          remedy: "Add --calibration DATA (32 to 256 typical images), or \"calibration\" to the recipe, or --precision float32.")
      ])
    }
    do {
      let datasets = try places.map {
        try open($0.path, namedBy: $0.recipe, roi: ($0.recipe ?? model.recipe)?.regionOfInterest, options: request.reading)
      }
      let total = datasets.reduce(0) { $0 + $1.count }
      let bundle = try Bundle.running(
        BundleEmitter(program: program, attributes: model.attributes, input: model.input, storedUnsigned: false, provenance: []))
      try bundle.checkMemory(file: model.source.file)
      let session = try Session.make(bundle, threads: request.threads)
      let taps = CalibrationTaps(types, program: program)
      let calibrator = Calibrator(session: session, taps: taps.taps)
      var hasher = SHA256()
      var kept: [NetworkInput] = []
      var done = 0
      let probe = model.firstNormalization.flatMap { NormalizationProbe($0, model.input, threads: request.threads) }
      var tensors = TensorRange()
      var skipped: [Diagnostic] = []
      var growth: RangeGrowth?
      let choice = CheckedSamples(
        total: total, bytesPerSample: bundle.bytesPerCheckedSample, maximumLearned: request.effort.learnedSamples)
      var checked: [CheckedSample] = []
      var learned: [NetworkInput] = []
      for data in datasets {
        for index in 0..<data.count {
          request.progress?(Progress(stage: "calibrate", done: done, total: total))
          if done == total / 2, done > 0 { growth = RangeGrowth(calibrator.histograms, samples: total) }
          done += 1
          guard let sample = try data.readableSample(index, skipped: { skipped.append($0) }) else { continue }
          let input = try NetworkInput(sample, for: bundle, data: data.path)
          input.bytes.withUnsafeBytes { hasher.update($0) }
          try session.set(sample, data: data.path)
          try calibrator.measure()
          try probe?.measure(input)
          tensors.add(input)
          if kept.count < selfTestCount { kept.append(input) }
          // In the place of one that cannot be read, the next.
          let isChecked = checked.count < choice.indices.count && choice.indices[checked.count] <= done - 1
          if choice.isLearned(done - 1), !(isChecked && choice.isSetAside) { learned.append(input) }
          if isChecked {
            checked.append(CheckedSample(input: input, scores: bundle.attributes.indices.map { Array(session.scores(attribute: $0)) }))
          }
        }
      }
      request.progress?(Progress(stage: "calibrate", done: total, total: total))
      // Not one of them: the first says why.
      if kept.isEmpty, let first = skipped.first { throw FacetError(first) }
      var measurements = Measurements(calibrator, values: taps.values)
      measurements.method = request.ranges ?? .mse
      // Who asks for the smallest to the largest number gets these.
      measurements.hasMargin = measurements.method == .mse
      try check(measurements, model, data: places.map(\.path).joined(separator: ", "))
      // One kind of input in a self-test: that of the first sample.
      let named = places.map(\.path).joined(separator: ", ")
      let contradictions = [
        tensors.contradiction(of: model.expectation, data: named)
          ?? (types.given.isEmpty ? tensors.clipping(by: model.input.pixels?.range, data: named) : nil),
        probe?.warning,
      ]
      return Calibration(
        measurements: measurements, rangesAreOpen: request.ranges == nil, sampleCount: total - skipped.count, hash: hasher.finish(),
        selfTestSamples: kept.filter { $0.isPixels == kept[0].isPixels }, skipped: skipped,
        notes: datasets.compactMap(\.note) + [growth?.note(calibrator.histograms)].compactMap(\.self), learned: learned, checked: checked,
        isSetAside: choice.isSetAside,
        warnings: zip(places, datasets).compactMap { place, data in
          guard let recipe = place.recipe ?? model.recipe, data.lacksRegions(named: recipe.regionOfInterest) else { return nil }
          return recipe.wholeImagesWarning(place.path)
        } + contradictions.compactMap(\.self))
    } catch let error as FacetError {
      throw error
    } catch {
      throw FacetError.internalError("calibration", error, model.source.file)
    }
  }

  /// - Parameter recipe: where the name comes from, if it is not the command's: somebody who typed no name cannot check it.
  private static func open(
    _ path: String, namedBy recipe: Recipe?, roi: RegionOfInterest?, options: DatasetOptions
  ) throws(FacetError) -> Dataset {
    do {
      return try Dataset.open(path: path, roi: roi ?? RegionOfInterest(), options: options)
    } catch {
      guard let recipe, error.isOnly(FileErrorCode.fileMissing) else { throw error }
      throw FacetError(
        code: FileErrorCode.fileMissing, file: path,
        message: "\(error.diagnostics[0].message); the recipe '\(recipe.file)' names it as its calibration data",
        remedy: "Put 32 to 256 typical images there, correct \"calibration\" in the recipe, or name others with --calibration.")
    }
  }

  private static func check(_ measurements: Measurements, _ model: PreparedModel, data: String) throws(FacetError) {
    // What follows the first such tensor is mostly its consequence.
    let broken = measurements.notFinite
    guard let first = broken.first else { return }
    let others = broken.count == 1 ? "" : ", and so do \(broken.count - 1) after it"
    throw FacetError([
      Diagnostic(
        code: CompileErrorCode.calibrationNotFinite, file: model.source.file, place: "tensor '\(model.graph[first].name)'",
        message: "It becomes infinite or NaN on the calibration data '\(data)'\(others).",
        remedy: "Check the data, the weights, and the input's normalization (scale, mean, std) in the recipe.")
    ])
  }
}

/// The smallest and the largest number of tensors; images are what the recipe makes of them.
private struct TensorRange {
  private var low = Double.infinity
  private var high = -Double.infinity

  mutating func add(_ input: NetworkInput) {
    guard !input.isPixels else { return }
    input.bytes.withUnsafeBytes { bytes in
      for number in bytes.bindMemory(to: Float.self) {
        low = min(low, Double(number))
        high = max(high, Double(number))
      }
    }
  }

  /// The recipe's pixels set the range of the input in int8: what lies a tenth of it or more beyond is clipped.
  func clipping(by range: (low: Double, high: Double)?, data: String) -> String? {
    guard high >= low, let range, max(range.low - low, high - range.high) > (range.high - range.low) / 10 else { return nil }
    func rounded(_ number: Double) -> String { "\(Float((number * 100).rounded() / 100))" }
    return "The tensors of '\(data)' hold \(rounded(low)) to \(rounded(high)), but pixels become \(rounded(range.low)) to "
      + "\(rounded(range.high)) by the recipe, and int8 clips what lies beyond: put the training's scale, mean and std into the recipe."
  }

  func contradiction(of expectation: PixelExpectation?, data: String) -> String? {
    guard high >= low, let expectation else { return nil }
    return expectation.contradiction(low: low, high: high, source: "the calibration data '\(data)'").map {
      $0 + "save tensors of \(expectation.range.rawValue), which the model normalizes itself."
    }
  }
}

extension Bundle {
  /// Of an input and the scores of all attributes, in float32.
  fileprivate var bytesPerCheckedSample: Int {
    let scores = attributes.indices.reduce(0) { $0 + scoreCount(attribute: $1) }
    return 4 * (inputChannels * inputHeight * inputWidth + scores)
  }
}
