import ArgumentParser
import FacetCompiler
import FacetVerification

struct TargetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List the boards that --target takes, or describe one.")

  @Argument(help: "A board's name.") var name: String?

  func validate() throws {
    guard let name else { return }
    do { _ = try Target.named(name) } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let chosen = try name.map { try Target.named($0) }
    try Console.reporting {
      if let chosen { return print(Self.describe(chosen)) }
      var table = TextTable(leftColumns: 2)
      for target in Target.all {
        table.add([target.name, target.description + (target.name == Target.defaultName ? " (default)" : "")])
      }
      print(table.text(indent: ""))
    }
  }

  private static func describe(_ target: Target) -> String {
    func cache(_ bytes: Int) -> String { bytes == 0 ? "none" : "\(bytes / 1024) KiB" }
    var table = TextTable(leftColumns: 2)
    table.add(["description", target.description])
    table.add(["triple", target.triple])
    table.add(["clang target", target.clangTarget])
    table.add(["cpu", target.cpu])
    table.add(["kernels", target.isa.joined(separator: ", ")])
    table.add(["cores", "\(target.cores)"])
    table.add(["L1 / L2 / L3", [target.l1, target.l2, target.l3].map(cache).joined(separator: " / ")])
    table.add(["memory", "\(target.ram >> 20) MiB, \(decimal(Double(target.bandwidth) / 1e9, 1)) GB/s"])
    table.add([
      "products",
      "\(decimal(Double(target.int8Rate) / 1e9, 2)) G int8, \(decimal(Double(target.float32Rate) / 1e9, 2)) G float32 a second and core",
    ])
    table.add(["activations", target.storedUnsigned ? "uint8 with 128 added" : "int8"])
    if !target.swiftFlags.isEmpty { table.add(["swift flags", target.swiftFlags.joined(separator: " ")]) }
    if !target.cFlags.isEmpty { table.add(["c flags", target.cFlags.joined(separator: " ")]) }
    return target.name + "\n" + table.text()
  }
}
