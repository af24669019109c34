/* Prints the model's decision on every event behind every last event, to be compared with the
 * database's own (tests/model/test_decide_append.py). Run, not searched.
 */

byte redispatched;
#include "ledger.pml"

mtype out;
byte a, c, e;
bool cancels;

inline decide(type)
{
    decide_append(out, type, a, c, cancels);
    printf("%e %d %d %d %d %e %d %d %d %e\n", state, attempt, claim, cancel, due, type, a, c, cancels, out)
}

/* Claim 0 is none, which only `failed` may do with. */
inline decide_all()
{
    for (attempt : 0 .. LIMIT) {
        for (e : 0 .. 3) {
            cancel = e % 2;
            due = e / 2;
            for (a : 0 .. LIMIT + 1) {
                for (c : 0 .. 2) {
                    cancels = false;
                    decide(failed);
                    if
                    :: c != 0 -> decide(started); decide(progress); decide(retrying); decide(completed)
                    :: else
                    fi;
                    cancels = true;
                    decide(failed)
                }
            }
        }
    }
}

init {
    claim = 0;
    state = registered; decide_all();
    state = retrying; decide_all();
    state = failed; decide_all();
    claim = 1;
    state = started; decide_all();
    state = completed; decide_all();
    state = failed; decide_all()
}
