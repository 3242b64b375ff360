// Optional: every page works without it. Turns on GOV.UK Frontend's behaviours (focus on the
// error summary, buttons by space bar, no double submission) where the browser has modules.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
