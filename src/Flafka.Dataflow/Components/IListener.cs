namespace Flafka.Dataflow;

/// <summary>Implemented by options of components that Flume lets listen on every interface unless an address is given. Here they listen on this machine only.</summary>
public interface IListener
{
    /// <summary>The address to listen on. The option of this property is the key to set.</summary>
    string Bind { get; }
}
