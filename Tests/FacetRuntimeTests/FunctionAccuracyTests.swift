import FacetFormat
import Foundation
import Testing

@testable import FacetRuntime

/// The engine's functions against the C library's binary64 ones, in units of the last place of the result.
@Suite struct FunctionAccuracyTests {
  /// Numbers of all magnitudes between 2^-126 and `limit`, both signs, and evenly spaced ones.
  private func numbers(limit: Float, negative: Bool = true) -> [Float] {
    var result: [Float] = []
    var v = Float(0x1p-126)
    while v <= limit {
      result += [v, v * 1.3, v * 1.7].filter { $0 <= limit }
      v *= 2
    }
    for i in 0...4000 { result.append(limit * Float(i) / 4000) }
    return negative ? result + result.map { -$0 } : result
  }

  /// The largest error; results below the normal range count in units of the smallest number.
  private func worst(
    _ function: ScalarFunction, _ numbers: [Float], alpha: Float = 0, beta: Float = 0, _ exact: (Double) -> Double
  ) throws -> Double {
    let got = try run(numbers) { f, x in
      f.function(function, x, x, alpha: alpha, beta: beta)
      return x
    }
    var worst = 0.0
    for (x, y) in zip(numbers, got) {
      let expected = exact(Double(x))
      let nearest = Float(expected)
      if nearest.isInfinite || nearest.isNaN {
        #expect(y == nearest || y.isNaN && nearest.isNaN, "\(function) of \(x)")
        continue
      }
      let error = abs(Double(y) - expected) / Double(nearest.ulp)
      if error > worst { worst = error }
      #expect(error < 2, "\(function) of \(x) is \(y), not \(expected)")
    }
    return worst
  }

  @Test func functionsRoundOnce() throws {
    let bound = 0.51
    #expect(try worst(.exponential, numbers(limit: 100), exp) <= bound)
    #expect(try worst(.logarithm, numbers(limit: 0x1p127, negative: false), log) <= bound)
    #expect(try worst(.logarithm, (0...4000).map { 0.9 + Float($0) / 20_000 }, log) <= bound)
    #expect(try worst(.squareRoot, numbers(limit: 0x1p127, negative: false), { $0.squareRoot() }) <= 0.5)
    #expect(try worst(.tanh, numbers(limit: 12), tanh) <= bound)
    #expect(try worst(.error, numbers(limit: 6), erf) <= bound)
    #expect(try worst(.elu, numbers(limit: 20), alpha: 1, { $0 < 0 ? expm1($0) : $0 }) <= bound)
    #expect(try worst(.hyperbolicSine, numbers(limit: 89), sinh) <= bound)
    #expect(try worst(.hyperbolicCosine, numbers(limit: 89), cosh) <= bound)
    #expect(try worst(.arcTangent, numbers(limit: 0x1p127), atan) <= bound)
    #expect(try worst(.arcTangent, numbers(limit: 3), atan) <= bound)
    #expect(try worst(.softplus, numbers(limit: 90), { $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0)) }) <= bound)
    #expect(try worst(.swish, numbers(limit: 80), alpha: 1.5, { $0 / (1 + exp(-1.5 * $0)) }) <= bound)
    #expect(try worst(.gelu, numbers(limit: 12), { $0 * 0.5 * erfc(-$0 * 0.5.squareRoot()) }) <= bound)
    #expect(
      try worst(
        .mish, numbers(limit: 40),
        { x in
          let w = exp(x) * (exp(x) + 2)
          return x * w / (w + 2)
        }) <= bound)
    let geluTanh = { (x: Double) in x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) }
    #expect(try worst(.geluTanh, numbers(limit: 8), geluTanh) <= bound)
    let (alpha, gamma): (Float, Float) = (1.673_263_2, 1.050_701)
    let selu = { (x: Double) in Double(gamma) * (x < 0 ? Double(alpha) * expm1(x) : x) }
    #expect(try worst(.selu, numbers(limit: 20), alpha: alpha, beta: gamma, selu) <= bound)
  }

  @Test func sineAndCosineReduceAnyAngle() throws {
    let angles = numbers(limit: 0x1p127) + numbers(limit: 10) + numbers(limit: 3000) + (1...2000).map { Float(Double($0) * .pi / 2) }
    #expect(try worst(.sine, angles, sin) <= 0.51)
    #expect(try worst(.cosine, angles, cos) <= 0.51)
  }

  @Test func exactFunctionsAreExact() throws {
    let values: [Float] = [
      0, -0.0, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 0.49999997, 8_388_607.5, -8_388_607.5, 1e30, -1e30, .infinity, -.infinity, 3, -7,
    ]
    func apply(_ function: ScalarFunction, alpha: Float = 0, beta: Float = 0) throws -> [UInt32] {
      try run(values) { f, x in
        let y = f.plain(values.count)
        f.function(function, x, y, alpha: alpha, beta: beta)
        return y
      }.map(\.bitPattern)
    }
    func expected(_ function: (Float) -> Float) -> [UInt32] { values.map { function($0).bitPattern } }
    #expect(try apply(.floor) == expected { $0.rounded(.down) })
    #expect(try apply(.ceiling) == expected { $0.rounded(.up) })
    #expect(try apply(.round) == expected { $0.rounded(.toNearestOrEven) })
    #expect(try apply(.absolute) == expected { abs($0) })
    #expect(try apply(.negate) == expected { -$0 })
    #expect(try apply(.sign) == expected { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 })
    #expect(try apply(.reciprocal) == expected { 1 / $0 })
    #expect(try apply(.leakyRelu, alpha: 0.1) == expected { $0 >= 0 ? $0 : 0.1 * $0 })
    #expect(try apply(.affine, alpha: 3, beta: 0.25) == expected { 3 * $0 + 0.25 })
    #expect(
      try apply(.fakeQuantize, alpha: 0.7, beta: -3)
        == expected { min(max($0 / 0.7, -125), 130).rounded(.toNearestOrEven) * 0.7 })
    let softsign = try run([0, 1, -3, 0.25]) { f, x in
      f.function(.softsign, x, x)
      return x
    }
    #expect(softsign == [0, 0.5, -0.75, 0.2])
  }

  @Test func powersOfAllKindsOfNumbers() throws {
    let bases: [Float] = [0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, 10, -10, 1e-30, 1e30, 1.0000001, .infinity, -.infinity, 0.1, 7.25]
    let exponents: [Float] = [0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, 10, -10, 33, 1e9, -1e9, .infinity, -.infinity, 0.333, 16_777_216]
    let got = try run(bases + exponents) { f, x in
      let y = f.plain(bases.count * exponents.count)
      f.elementwise(
        .power, f.part(of: x, at: 0, count: bases.count), f.part(of: x, at: bases.count, count: exponents.count), y,
        dimensions: [UInt32(bases.count), UInt32(exponents.count)], aStrides: [1, 0], bStrides: [0, 1])
      return y
    }
    for (i, a) in bases.enumerated() {
      for (j, b) in exponents.enumerated() {
        let expected = Float(pow(Double(a), Double(b)))
        let y = got[i * exponents.count + j]
        if expected.isNaN {
          #expect(y.isNaN, "\(a) ^ \(b)")
        } else {
          #expect(y == expected && y.sign == expected.sign, "\(a) ^ \(b) is \(y), not \(expected)")
        }
      }
    }
  }
}
