[assembly: AssemblyFixture(typeof(SharedRabbit))]
