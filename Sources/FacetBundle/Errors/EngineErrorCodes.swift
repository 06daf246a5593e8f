import FacetDiagnostics
import FacetRuntime

// The engine has numbers and one sentence each, no more: it is small. What is said of them to people stands here.

extension BundleFault: ErrorCode {
  public var code: String { "B\(rawValue)" }

  /// In the order of their numbers, which are below 256.
  package static var allCodes: [BundleFault] { (0..<256).compactMap(BundleFault.init(rawValue:)) }

  public var explanation: (title: String, causes: String, remedy: String) {
    let title = sentence("\(message)")
    switch self {
    case .misaligned:
      return (
        title, "The program that embeds the engine passed bytes of its own.",
        "Map the file, or copy it to memory that begins at a multiple of 64."
      )
    case .notABundle:
      return (title, "Another file was named, or a download was cut off.", "Name a .facet file that 'facet compile' wrote.")
    case .unknownVersion, .unknownFeature, .unknownOpcode, .unknownFunction:
      return (
        title, "The bundle was compiled by a newer Facet than this engine belongs to.",
        "Update the engine on the board, or compile with the engine's version of Facet."
      )
    case .wrongFileSize, .hashMismatch:
      return (
        title, "A copy or download was cut off or changed on the way, or the storage is failing.",
        "Copy the bundle again, and compare the two with sha256sum."
      )
    case .badEvaluation, .badFork:
      return (
        title, "The file was damaged, or made by another program; the place in the message says which record.",
        "Copy or download the bundle again, or compile it again from its recipe."
      )
    case .dependencyMismatch:
      return (title, "Sections of two bundles were put together.", "Compile the model again as a whole.")
    default:
      return (
        title,
        "The check that every bundle passes when it is opened found this. The file was damaged, or made by another program; the place "
          + "in the message says which record.",
        "Copy or download the bundle again, or compile it again. Where a fresh bundle is refused, report it: that is a fault of Facet."
      )
    }
  }
}

extension SessionError: ErrorCode {
  public var code: String { "S\(rawValue)" }

  /// In the order of their numbers, which are below 256.
  package static var allCodes: [SessionError] { (0..<256).compactMap(SessionError.init(rawValue:)) }

  public var explanation: (title: String, causes: String, remedy: String) {
    let (causes, remedy) = advice
    return (sentence("\(message)"), causes, remedy)
  }

  private var advice: (causes: String, remedy: String) {
    switch self {
    case .noSuchPlan:
      ("The program asked for the number of a plan that the bundle does not have.", "Use plan 0, which holds all attributes.")
    case .isaNotAvailable:
      (
        "--isa or the program asks for kernels that this CPU cannot run.",
        "Leave the choice to the engine, or use 'scalar', which every CPU has."
      )
    case .badThreadCount:
      ("A number of threads outside this range was asked for.", "Use as many threads as the CPU has cores, or fewer.")
    case .threadsNotAvailable:
      (
        "A limit on processes (ulimit -u, a container) is reached, or memory for their stacks is missing.",
        "Ask for fewer threads; with one, none is started."
      )
    case .arenaTooSmall:
      (
        "The program that embeds the engine gave less memory than the plan states.",
        "Ask the engine for the size, or let it take the memory itself."
      )
    case .arenaMisaligned:
      ("The program that embeds the engine gave memory with another alignment.", "Use aligned_alloc(64, size).")
    case .outOfMemory:
      (
        "The board has less free memory than the network's activations need.",
        "'facet inspect BUNDLE' shows the need; end other programs or compile for a smaller input."
      )
    case .noInput:
      ("An evaluation was asked for before an input was set.", "Set an input first.")
    case .wrongInputSize:
      ("The number of values or bytes given is not that of the network's input.", "'facet inspect BUNDLE' shows the input's size.")
    case .notAnImage:
      (
        "The bundle was compiled without a recipe, so it does not say how pixels become numbers.",
        "Give normalized float32 tensors, or compile with a recipe."
      )
    case .badFrame:
      (
        "A side is zero or too large, rows overlap, or the region leaves the frame.",
        "Check width, height, row stride and region of the frame."
      )
    case .attributeNotInPlan:
      ("The session was made for a plan of fewer attributes.", "Make the session with a plan that has the attribute, such as plan 0.")
    case .noSuchAttribute:
      ("A number beyond the bundle's attributes was used.", "'facet inspect BUNDLE' shows the attributes.")
    case .notEvaluated:
      (
        "Scores were read before the attribute was evaluated on the present input; setting an input forgets the earlier results.",
        "Evaluate the attribute first."
      )
    case .noSuchTensor:
      (
        "A tensor was asked for by a name or number that the plan does not hold.",
        "Ask for the tensors of the plan that the session was made with."
      )
    case .noSuchFork:
      ("A number beyond the bundle's forks was used.", "'facet inspect BUNDLE' shows the forks.")
    case .needsInput:
      (
        "The input is one or several forks, and the attribute, or one that its gate reads, leaves the network elsewhere.",
        "Set the other fork too, or an image; or ignore gates."
      )
    case .wrongCosts:
      ("Costs of another bundle were given.", "Measure the costs with the bundle that is run.")
    case .forkNotInPlan:
      (
        "A fork was read or set in a session of a profile, whose smaller memory may hold other tensors in its place.",
        "Make the session with plan 0; on the command line, leave out --profile."
      )
    case .noSelfTest:
      (
        "Bundles of float32 programs have none: their scores may differ between CPUs in the last bits.",
        "Compile to int8 for a bundle that can test itself."
      )
    }
  }
}
