using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Model;

public class ReceiptTests
{
    [Test]
    public void The_callback_runs_once_when_the_last_share_settles_with_the_worst_outcome()
    {
        var told = new List<Settlement>();
        var first = Receipt.Create(told.Add);
        var second = first.Fork();
        var third = second.Fork();
        var reason = new DeliveryException("no");
        second.Settle(Settlement.Rejected(reason));
        first.Settle(Settlement.Delivered);
        Assert.That(told, Is.Empty);
        third.Settle(Settlement.Delivered);
        Assert.That(told, Is.EqualTo([Settlement.Rejected(reason)]));
    }

    [Test]
    public void A_share_settles_once_and_cannot_be_forked_afterwards()
    {
        var receipt = Receipt.Create(static _ => { });
        receipt.Settle(Settlement.Delivered);
        Assert.That(() => receipt.Settle(Settlement.Delivered), Throws.InvalidOperationException);
        Assert.That(receipt.Fork, Throws.InvalidOperationException);
    }
}
