import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { StageRun } from "@bjet_crm_setup/stage_run/stage_run";

describe.current.tags("headless");

/** Batches of `size` over `count` records; the numbers that each batch left are steps. */
function batches(count, size) {
    let remaining = count;
    return async () => {
        const done = Math.min(size, remaining);
        remaining -= done;
        expect.step(remaining);
        return { done, remaining };
    };
}

test("a run goes on until nothing remains", async () => {
    const run = new StageRun(batches(5, 2), 5);
    expect(run).toMatchObject({ status: "ready", done: 0, remaining: 5, total: 5, percent: 0 });
    await run.start();
    expect.verifySteps([3, 1, 0]);
    expect(run).toMatchObject({ status: "done", done: 5, remaining: 0, total: 5, percent: 100 });
});

test("one batch is one call", async () => {
    const run = new StageRun(batches(3, 500), 3);
    await run.start();
    expect.verifySteps([0]);
    expect(run.status).toBe("done");
});

test("a run over nothing asks once, and is full", async () => {
    const run = new StageRun(batches(0, 2), 0);
    await run.start();
    expect.verifySteps([0]);
    expect(run).toMatchObject({ status: "done", done: 0, percent: 100 });
});

test("the bar is full only when nothing remains", async () => {
    const run = new StageRun(null, 1);
    run.done = 999;
    expect(run.total).toBe(1000);
    expect(run.percent).toBe(99);
});

test("what enters the stage meanwhile is counted", async () => {
    const answers = [
        { done: 2, remaining: 5 },
        { done: 5, remaining: 0 },
    ];
    const run = new StageRun(async () => answers.shift(), 3);
    await run.start();
    expect(run).toMatchObject({ status: "done", done: 7, total: 7, percent: 100 });
});

test("Stop ends a run after the batch under way, and the same run goes on", async () => {
    const batch = batches(5, 2);
    const run = new StageRun(async () => {
        run.stop();
        return batch();
    }, 5);
    await run.start();
    expect.verifySteps([3]);
    expect(run).toMatchObject({ status: "stopped", done: 2, remaining: 3, percent: 40 });
    run.batch = batch;
    await run.start();
    expect.verifySteps([1, 0]);
    expect(run).toMatchObject({ status: "done", done: 5, percent: 100, stopping: false });
});

test("Stop during the last batch has nothing to stop", async () => {
    const run = new StageRun(async () => {
        run.stop();
        return { done: 5, remaining: 0 };
    }, 5);
    await run.start();
    expect(run.status).toBe("done");
});

test("what finishes a run is done last, once, and not after Stop", async () => {
    const batch = batches(4, 2);
    const run = new StageRun(batch, 4, async () => expect.step("finish"));
    run.batch = async () => {
        run.stop();
        return batch();
    };
    await run.start();
    await run.start();
    expect.verifySteps([2, 0]);
    expect(run.status).toBe("stopped");
    run.batch = batch;
    await run.start();
    expect.verifySteps([0, "finish"]);
    expect(run.status).toBe("done");
});

test("an error ends a run with its sentence; what was done stays", async () => {
    const batch = batches(4, 2);
    let fails = false;
    const run = new StageRun(async () => {
        if (fails) {
            throw Object.assign(new Error("RPC_ERROR"), { data: { message: "The filter is wrong." } });
        }
        fails = true;
        return batch();
    }, 4);
    await run.start();
    expect(run).toMatchObject({ status: "failed", error: "The filter is wrong.", done: 2, remaining: 2, percent: 50 });
    run.batch = batch;
    await run.start();
    expect.verifySteps([2, 0]);
    expect(run).toMatchObject({ status: "done", error: "" });
});

test("a lost connection is told in words", async () => {
    allowTranslations();
    const run = new StageRun(() => Promise.reject(new ConnectionLostError("/web/dataset/call_kw")), 4);
    await run.start();
    expect(run.status).toBe("failed");
    expect(String(run.error)).toBe("The connection to the server was lost.");
});

test("records that others hold end a run, which is not repeated for ever", async () => {
    allowTranslations();
    const run = new StageRun(async () => ({ done: 0, remaining: 3 }), 3);
    await run.start();
    expect(run).toMatchObject({ status: "failed", done: 0, remaining: 3 });
    expect(String(run.error)).toInclude("Someone else is changing the others");
});

test("a failure of what finishes the run is told, and only that is done again", async () => {
    let fails = true;
    const run = new StageRun(batches(2, 2), 2, async () => {
        if (fails) {
            throw new Error("The stage is in use.");
        }
        expect.step("finish");
    });
    await run.start();
    expect(run).toMatchObject({ status: "failed", error: "The stage is in use.", done: 2, remaining: 0 });
    fails = false;
    await run.start();
    expect.verifySteps([0, 0, "finish"]);
    expect(run.status).toBe("done");
});
