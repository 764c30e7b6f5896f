// The checks of bounds measure the memory of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SharedRabbit))]
