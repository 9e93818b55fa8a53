using System.Runtime.Versioning;

// Real control planes, Unix signals, setpriv.
[assembly: SupportedOSPlatform("linux")]

// Every test class shares one control plane and two processor cores: side by side they would only wait for each other, longer.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
