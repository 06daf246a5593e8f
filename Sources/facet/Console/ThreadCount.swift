import ArgumentParser
import CProcess

/// What `--threads` takes: a number, or `auto`, which becomes one when it is settled.
struct ThreadCount: ExpressibleByArgument {
  /// 0 for auto.
  var number: Int

  init(number: Int) { self.number = number }

  init?(argument: String) {
    guard let number = argument == "auto" ? 0 : Int(argument) else { return nil }
    // A number that is none of threads; `settle` says so.
    self.number = number == 0 && argument != "auto" ? -1 : number
  }

  var defaultValueDescription: String { number == 0 ? "auto" : "\(number)" }

  /// Settles on a number, and keeps the process on CPUs of one speed.
  ///
  /// - Parameter cpus: a list of them given by hand.
  mutating func settle(_ cpus: String?) throws {
    guard number == 0 || (1...64).contains(number) else { throw ValidationError("--threads is from 1 to 64, or auto.") }
    var text = [CChar](repeating: 0, count: Int(FACET_CPUS_TEXT))
    let settled = facet_cpus_settle(Int32(number), cpus, &text)
    let message = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard settled > 0 else { throw ValidationError("--cpus \(message).") }
    if !message.isEmpty { Console.error(message) }
    number = Int(settled)
  }
}
