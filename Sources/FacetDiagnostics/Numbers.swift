import Foundation

// Numbers as reports and messages write them.

/// A share in 0 ... 1 as "97.25 %".
package func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }

/// With so many digits after the point.
package func decimal(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

/// 0.0000123 as "1.2e-05".
package func scientific(_ number: Double) -> String { String(format: "%.1e", number) }

/// A number of unknown size: three digits after the point, and of small ones three that count.
package func quantity(_ number: Double) -> String {
  let size = abs(number)
  return size == 0 || (size >= 0.1 && size < 1e7) ? decimal(number, 3) : String(format: "%.3g", number)
}
