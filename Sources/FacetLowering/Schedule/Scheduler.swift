/// Orders operators so that the tensors in use at one time are small.
///
/// Where the sets of operators that may have run are few, as in chains with some branches, all are searched: dynamic programming
/// over these sets (Liberis & Lane, "Neural networks on microcontrollers: saving memory at inference via operator reordering", 2019;
/// Ahn et al., "Ordering Chaos", 2020). Otherwise a greedy order is compared with the given one. Deterministic; of equal orders
/// the given one stays.
package enum Scheduler {
  /// One operator.
  package struct Task: Sendable {
    /// Bytes of its result.
    package var size: Int
    /// The tasks whose results it reads, each once.
    package var reads: [Int]
    /// Whether its result is needed after all tasks.
    package var isKept: Bool
    /// Of `reads`, those whose place the result may take over where nobody else needs it any more.
    package var inPlace: [Int]

    package init(size: Int, reads: [Int], isKept: Bool = false, inPlace: [Int] = []) {
      (self.size, self.reads, self.isKept, self.inPlace) = (size, reads, isKept, inPlace)
    }
  }

  /// Sets of tasks that are looked at before the search is given up.
  package static let stateLimit = 10_000
  /// Each holds a number for each task: with more tasks fewer sets, so that memory is bounded.
  private static let numberLimit = 2_000_000
  /// Larger graphs keep their order: networks have a few hundred operators.
  private static let taskLimit = 2_000

  /// An order of the tasks, each after those it reads. Precondition: the given order is one.
  package static func order(_ tasks: [Task], stateLimit: Int = stateLimit) -> [Int] {
    let given = Array(tasks.indices)
    guard tasks.count > 2, tasks.count <= taskLimit else { return given }
    let best = exactOrder(tasks, stateLimit: min(stateLimit, numberLimit / tasks.count)) ?? greedyOrder(tasks)
    return peak(tasks, best) < peak(tasks, given) ? best : given
  }

  /// The most bytes in use at one time.
  package static func peak(_ tasks: [Task], _ order: [Int]) -> Int {
    var memory = Memory(tasks)
    return order.reduce(0) { max($0, memory.run($1)) }
  }

  /// The order with the lowest peak; nil where there are too many sets to look at.
  static func exactOrder(_ tasks: [Task], stateLimit: Int) -> [Int]? {
    /// A set of tasks that have run, and the best way to it.
    struct State {
      var memory: Memory
      var peak = 0
      var previous = -1
      var task = -1
    }
    var states = [State(memory: Memory(tasks))]
    var layer = 0..<1
    for _ in tasks.indices {
      var byTasks: [[UInt64]: Int] = [:]
      let start = states.count
      for index in layer {
        for task in tasks.indices where states[index].memory.isReady(task) {
          var next = State(memory: states[index].memory, previous: index, task: task)
          next.peak = max(states[index].peak, next.memory.run(task))
          if let other = byTasks[next.memory.done] {
            if next.peak < states[other].peak { states[other] = next }
            continue
          }
          guard states.count < stateLimit else { return nil }
          byTasks[next.memory.done] = states.count
          states.append(next)
        }
      }
      layer = start..<states.count
    }
    var order: [Int] = []
    var index = layer.lowerBound
    while states[index].previous >= 0 {
      order.append(states[index].task)
      index = states[index].previous
    }
    return order.reversed()
  }

  /// Always the ready task that leaves the least in use, the first of equals.
  static func greedyOrder(_ tasks: [Task]) -> [Int] {
    var memory = Memory(tasks)
    var order: [Int] = []
    while order.count < tasks.count {
      var best: (task: Int, growth: Int)?
      for task in tasks.indices where memory.isReady(task) {
        let growth = memory.growth(task)
        if growth < best?.growth ?? .max { best = (task, growth) }
      }
      guard let best else { return Array(tasks.indices) }  // no order exists: the precondition does not hold
      _ = memory.run(best.task)
      order.append(best.task)
    }
    return order
  }

  /// What has run, and what of it is in use.
  private struct Memory {
    let tasks: [Task]
    /// One bit a task.
    private(set) var done: [UInt64]
    /// Reads that are still to come, by task.
    private var readersLeft: [Int]
    private var live = 0

    init(_ tasks: [Task]) {
      self.tasks = tasks
      done = [UInt64](repeating: 0, count: (tasks.count + 63) / 64)
      readersLeft = [Int](repeating: 0, count: tasks.count)
      for task in tasks {
        for read in task.reads { readersLeft[read] += 1 }
      }
    }

    private func isDone(_ task: Int) -> Bool { done[task / 64] >> UInt64(task % 64) & 1 != 0 }

    func isReady(_ task: Int) -> Bool { !isDone(task) && tasks[task].reads.allSatisfy(isDone) }

    /// Whether a task is the last that needs what another gave.
    private func ends(_ read: Int) -> Bool { readersLeft[read] == 1 && !tasks[read].isKept }

    /// How much more is in use after a task than before it.
    func growth(_ task: Int) -> Int {
      tasks[task].reads.reduce(tasks[task].size) { ends($1) ? $0 - tasks[$1].size : $0 }
    }

    /// Runs a task: the bytes in use meanwhile.
    mutating func run(_ task: Int) -> Int {
      let isInPlace = tasks[task].inPlace.contains { ends($0) && tasks[$0].size == tasks[task].size }
      let during = live + (isInPlace ? 0 : tasks[task].size)
      live += growth(task)
      for read in tasks[task].reads { readersLeft[read] -= 1 }
      if readersLeft[task] == 0, !tasks[task].isKept { live -= tasks[task].size }
      done[task / 64] |= 1 << UInt64(task % 64)
      return during
    }
  }
}
