const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * Shows steps with a note of how far they are and the time they take. Steps may run at the same
 * time. On a terminal the running ones are redrawn in place; elsewhere (a log, a pipe) a line is
 * printed when one begins to take long, every ten seconds, and at its end.
 *
 * Goes to standard error by default: standard output belongs to a command's answer.
 *
 * @param options.patience seconds a step may take before anything is said of it; one that ends
 * sooner is not shown at all. 0 shows every step.
 */
export function progress({ stream = process.stderr, patience = 0 } = {}) {
  const screen = stream.isTTY ? liveScreen(stream) : plainScreen(stream);
  // In a log, a step that ends at once is worth one line and not two.
  const delay = Math.max(patience * 1000, stream.isTTY ? 50 : 1000);
  return {
    async step(title, work) {
      const line = { title, note: "", started: performance.now(), shown: false };
      const timer = setTimeout(() => {
        line.shown = true;
        screen.begin(line);
      }, delay);
      try {
        const result = await work((text) => {
          line.note = text;
          if (line.shown) screen.note(line);
        });
        if (line.shown || patience === 0) screen.end(line, "✔");
        return result;
      } catch (error) {
        screen.end(line, "✖");
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function seconds(line) {
  return (performance.now() - line.started) / 1000;
}

function finished(line, mark) {
  return `${mark} ${line.title} (${seconds(line).toFixed(1)} s)`;
}

function plainScreen(stream) {
  const timers = new Map();
  const say = (line) => {
    const note = line.note ? `: ${line.note}` : "";
    stream.write(`  ${line.title}${note} (${seconds(line).toFixed(0)} s)\n`);
  };
  return {
    begin(line) {
      stream.write(`… ${line.title}\n`);
      const timer = setInterval(() => say(line), 10_000);
      timer.unref();
      timers.set(line, timer);
    },
    note() {},
    end(line, mark) {
      clearInterval(timers.get(line));
      timers.delete(line);
      stream.write(`${finished(line, mark)}\n`);
    },
  };
}

function liveScreen(stream) {
  const running = new Set();
  let drawn = 0;
  let timer;
  let frame = 0;

  const draw = (above = "") => {
    const width = (stream.columns || 80) - 1;
    let text = drawn ? `\x1b[${drawn}A\x1b[J` : "";
    text += above;
    for (const line of running) {
      const note = line.note ? `: ${line.note}` : "";
      const row = `${frames[frame % frames.length]} ${line.title}${note}`;
      const time = ` (${seconds(line).toFixed(0)} s)`;
      text += `${row.slice(0, width - time.length)}${time}\n`;
    }
    drawn = running.size;
    if (text) stream.write(text);
  };

  return {
    begin(line) {
      running.add(line);
      timer ??= setInterval(() => {
        frame++;
        draw();
      }, 100);
      timer.unref();
      draw();
    },
    note() {},
    end(line, mark) {
      running.delete(line);
      if (running.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
      draw(`${finished(line, mark)}\n`);
    },
  };
}
