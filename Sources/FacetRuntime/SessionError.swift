/// Why a session cannot be made or asked. Codes are stable (`S3`).
public enum SessionError: Int32, Error, Sendable {
  case noSuchPlan = 1
  case isaNotAvailable = 2
  case badThreadCount = 3
  case threadsNotAvailable = 4
  case arenaTooSmall = 5
  case arenaMisaligned = 6
  case outOfMemory = 7
  case noInput = 8
  case wrongInputSize = 9
  case notAnImage = 10
  case badFrame = 11
  case attributeNotInPlan = 12
  case noSuchAttribute = 13
  case notEvaluated = 14
  case noSuchTensor = 15
  case noSelfTest = 16
  case noSuchFork = 17
  case needsInput = 18
  case wrongCosts = 19
  case forkNotInPlan = 20

  public var message: StaticString {
    switch self {
    case .noSuchPlan: "the bundle has no plan of that number"
    case .isaNotAvailable: "this CPU or build lacks the instruction set asked for"
    case .badThreadCount: "the number of threads must be from 1 to 64"
    case .threadsNotAvailable: "the system refused to start threads: ask for fewer"
    case .arenaTooSmall: "the arena given is smaller than the plan needs"
    case .arenaMisaligned: "the arena given does not begin at a multiple of 64"
    case .outOfMemory: "there is not enough memory for the session"
    case .noInput: "no input has been set"
    case .wrongInputSize: "the input's size is not the network's"
    case .notAnImage: "the network takes a tensor, not pixels"
    case .badFrame: "the frame's size, row stride, channel count or region is not usable"
    case .attributeNotInPlan: "an attribute asked for is not in the session's plan"
    case .noSuchAttribute: "the bundle has no such attribute"
    case .notEvaluated: "the attribute has not been evaluated on this input"
    case .noSuchTensor: "the bundle has no such tensor, or the plan does not hold it"
    case .noSelfTest: "the bundle holds no self-test"
    case .noSuchFork: "the bundle has no such fork"
    case .needsInput: "what is asked for, or its gate, needs more than the forks given"
    case .wrongCosts: "there must be one cost for each fragment"
    case .forkNotInPlan: "the memory of a profile's plan does not keep forks: make the session with plan 0"
    }
  }
}
