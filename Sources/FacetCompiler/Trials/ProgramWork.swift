import FacetDiagnostics
import FacetFormat
import FacetLowering

/// What a program computes and moves, whatever it runs on: what more bits cost before any target is looked at.
struct ProgramWork: Equatable {
  /// Products of weights and matrices with activations, int8 and float32.
  var products = 0
  var floatProducts = 0
  /// Of all results that instructions write.
  var bytes = 0

  init() {}

  init(_ program: LoweredProgram) {
    for fragment in program.fragments {
      for (instruction, writes) in zip(fragment.instructions, fragment.writes) {
        let work = instruction.work(fragment.tensors)
        products += work.multiplyAccumulates
        if work.isFloat { floatProducts += work.multiplyAccumulates }
        for write in writes {
          let tensor = fragment.tensors[Int(write.tensor)]
          bytes += Int(tensor.elementCount * tensor.type.size)
        }
      }
    }
  }

  /// Of the plain program's products, those that there are more of and those that are float32 and were not.
  func moreProducts(than plain: ProgramWork) -> Double {
    Double(products - plain.products + max(0, floatProducts - plain.floatProducts)) / Double(max(plain.products, 1))
  }

  func moreBytes(than plain: ProgramWork) -> Double { Double(bytes - plain.bytes) / Double(max(plain.bytes, 1)) }
}

extension Pipeline {
  /// Of the int8 program, for which nothing needs to be measured.
  func work() throws(FacetError) -> ProgramWork {
    ProgramWork(try program(decide(nil), storedUnsigned: false, isTrial: true))
  }
}
