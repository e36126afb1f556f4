namespace Flafka.Dataflow;

/// <summary>Implemented by options of components that listen. Without an address they listen on this machine only, and a finding says so; Flume's listen on every interface, or ask for one.</summary>
public interface IListener
{
    /// <summary>The address to listen on. The option of this property is the key to set.</summary>
    string Bind { get; }
}
