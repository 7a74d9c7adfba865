import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";

/**
 * Records asked of the server in one transaction, at least, and how many batches a run consists of, at most: each looks
 * through the whole stage once, so that many small ones over a large stage would take longer for each record. An object,
 * so that a test can ask for fewer.
 */
export const BATCH = { size: 1000, most: 50 };

function explain(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The connection to the server was lost.");
    }
    return error.data?.message || error.message;
}

/**
 * A long run over the records of a stage, one batch after another until none is left. Each batch is done or untouched
 * on the server, so whatever ends a run (Stop, a lost connection, an error) the same call goes on from there.
 */
export class StageRun {
    /**
     * @param {() => Promise<{ done: number, remaining: number }>} batch does one batch
     * @param {number} expected how many records the run is to do
     * @param {() => Promise<void>} [finish] what is left to do when no record remains
     */
    constructor(batch, expected, finish) {
        this.batch = batch;
        this.finish = finish;
        this.done = 0;
        this.remaining = expected;
        this.status = "ready";
        this.error = "";
        this.stopping = false;
    }

    get total() {
        return this.done + this.remaining;
    }

    /** As far as the count says: full only when nothing remains. */
    get percent() {
        return this.total ? Math.floor((100 * this.done) / this.total) : 100;
    }

    /** Run until nothing remains, or Stop, or an error; also goes on with a run that ended early. */
    async start() {
        this.status = "running";
        this.stopping = false;
        this.error = "";
        try {
            this.status = await this._runBatches();
        } catch (error) {
            this.status = "failed";
            this.error = explain(error);
        }
    }

    stop() {
        this.stopping = true;
    }

    async _runBatches() {
        do {
            const { done, remaining } = await this.batch();
            this.done += done;
            this.remaining = remaining;
            if (remaining && !done) {
                this.error = _t(
                    "Someone else is changing the others, or you may not change them: try later, or ask a sales manager."
                );
                return "failed";
            }
        } while (this.remaining && !this.stopping);
        if (this.stopping && (this.remaining || this.finish)) {
            return "stopped";
        }
        await this.finish?.();
        return "done";
    }
}
