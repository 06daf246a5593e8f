/// Fits the rate of a kernel to what some of its runs took.
///
/// Least squares with no negative rate, each square over what was measured, so that long and short runs count by their share. Of the choices of terms
/// that are not 0, the best one whose terms are all positive is taken, fewer terms where more gain less than a thousandth (Lawson and Hanson,
/// "Solving Least Squares Problems", 1974, have the problem; five terms need none of its search). Such squares are least where the sum is somewhat below
/// what was measured, so the rate is then scaled to the sum.
package enum CostFit {
  package struct Run: Equatable, Sendable {
    package var features: KernelFeatures
    /// In nanoseconds or instructions, at least 0.
    package var cost: Double

    package init(features: KernelFeatures, cost: Double) { (self.features, self.cost) = (features, cost) }
  }

  /// Nil without a run that took anything.
  package static func rate(_ runs: [Run]) -> KernelRate? {
    let runs = runs.filter { $0.cost > 0 && $0.cost.isFinite }
    guard !runs.isEmpty else { return nil }
    let rows = runs.map(\.features.terms)
    let count = rows[0].count
    var best: (error: Double, terms: [Double])?
    for chosen in (1..<1 << count).sorted(by: { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }) {
      let columns = (0..<count).filter { chosen & (1 << $0) != 0 }
      // As many runs as terms say nothing of the terms.
      guard columns.count <= max(1, runs.count - 1), let solution = solve(rows, columns, runs.map(\.cost)),
        solution.allSatisfy({ $0 > 0 && $0.isFinite })
      else { continue }
      var terms = [Double](repeating: 0, count: count)
      for (column, value) in zip(columns, solution) { terms[column] = value }
      let error = zip(rows, runs).reduce(0.0) { sum, pair in
        let difference = zip(pair.0, terms).reduce(-pair.1.cost) { $0 + $1.0 * $1.1 }
        return sum + difference * difference / pair.1.cost
      }
      // A term more has to be worth it; they come in the order of how many there are.
      if best == nil || error < best!.error * 0.999 { best = (error, terms) }
    }
    guard var terms = best?.terms else { return nil }
    let said = rows.reduce(0.0) { $0 + zip($1, terms).reduce(0) { $0 + $1.0 * $1.1 } }
    let scale = runs.reduce(0.0) { $0 + $1.cost } / said
    if scale.isFinite { terms = terms.map { $0 * scale } }
    return KernelRate(terms: terms)
  }

  /// The normal equations of some columns, scaled, by elimination with pivots; nil where they have no single solution.
  private static func solve(_ rows: [[Double]], _ columns: [Int], _ costs: [Double]) -> [Double]? {
    let count = columns.count
    let scales = columns.map { column in rows.reduce(0.0) { max($0, $1[column]) } }
    guard scales.allSatisfy({ $0 > 0 }) else { return nil }
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for (row, cost) in zip(rows, costs) {
      let values = zip(columns, scales).map { row[$0] / $1 }
      for i in 0..<count {
        for j in 0..<count { matrix[i][j] += values[i] * values[j] / cost }
        matrix[i][count] += values[i]
      }
    }
    for step in 0..<count {
      guard let pivot = (step..<count).max(by: { abs(matrix[$0][step]) < abs(matrix[$1][step]) }),
        abs(matrix[pivot][step]) > 1e-12 * abs(matrix[0][0])
      else { return nil }
      matrix.swapAt(step, pivot)
      for row in 0..<count where row != step {
        let factor = matrix[row][step] / matrix[step][step]
        for column in step...count { matrix[row][column] -= factor * matrix[step][column] }
      }
    }
    return (0..<count).map { matrix[$0][count] / matrix[$0][$0] / scales[$0] }
  }
}

extension CostFit {
  /// What was measured of one bundle, and what rates say of it.
  package struct Row: Equatable, Sendable {
    package var file: String
    package var measured: Double
    package var modelled: Double
    /// By rates that were fitted to the other files alone; nil where one of its kernels ran in none of them.
    package var byOthers: Double?
  }

  /// Rates of all kernels that ran, and how well they say again what was measured.
  package static func fit(
    _ files: [(name: String, costs: MeasuredCosts)], level: KernelLevelName, unit: CostModel.Unit, source: String
  ) -> (model: CostModel, rows: [Row]) {
    func rates(without left: Int?) -> [String: KernelRate] {
      let runs = files.enumerated().flatMap { $0 == left ? [] : $1.costs.instructions }
      return Dictionary(grouping: runs, by: \.use.kernel).compactMapValues { runs in
        rate(runs.map { Run(features: KernelFeatures(kernel: $0.use.kernel, $0.use.shape), cost: Double($0.time.minimum)) })
      }
    }
    func sum(_ costs: MeasuredCosts, _ rates: [String: KernelRate]) -> Double? {
      var sum = 0.0
      for run in costs.instructions {
        guard let rate = rates[run.use.kernel] else { return nil }
        sum += rate.cost(KernelFeatures(kernel: run.use.kernel, run.use.shape))
      }
      return sum
    }
    let model = CostModel(level: level, unit: unit, source: source, rates: rates(without: nil))
    let rows = files.enumerated().map { index, file in
      Row(
        file: file.name, measured: file.costs.instructions.reduce(0) { $0 + Double($1.time.minimum) },
        modelled: sum(file.costs, model.rates) ?? 0,
        byOthers: files.count > 1 ? sum(file.costs, rates(without: index)) : nil)
    }
    return (model, rows)
  }
}
