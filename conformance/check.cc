// SPDX-License-Identifier: MIT
// check.cc - hands the tests, which are C, to googletest. The only C++ here.
#include "check.h"
#include "support/run.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace
{

check_test *all_tests;
check_test **end_of_tests = &all_tests;

class Case : public testing::Test
{
  public:
    Case(const check_test *test, std::string hub) : test_(test), hub_(hub)
    {
    }

    void TestBody() override
    {
        RecordProperty("promises", test_->promises);
        std::string name = std::string(test_->module) + "." + test_->name;
        if (!hub_.empty())
            name += " (hub " + hub_ + ")";
        check__run(test_, name.c_str(), hub_.c_str());
    }

  private:
    const check_test *test_;
    std::string hub_;
};

void hand_over(const check_test *test, const std::string &name,
               const std::string &hub)
{
    testing::RegisterTest(
        test->module, name.c_str(), nullptr, nullptr, test->file, test->line,
        [=]() -> testing::Test * { return new Case(test, hub); });
}

// A test for one kind of hub keeps its plain name.
void hand_over_for_each_hub(const check_test *test)
{
    std::string hubs = test->hubs ? test->hubs : "";
    if (hubs.find(' ') == std::string::npos) {
        hand_over(test, test->name, hubs);
        return;
    }
    std::istringstream words(hubs);
    for (std::string hub; words >> hub;)
        hand_over(test, test->name + ("/" + hub), hub);
}

} // namespace

extern "C" void check__add(check_test *test)
{
    *end_of_tests = test;
    end_of_tests = &test->next;
}

extern "C" void check__skip(const char *why)
{
    GTEST_SKIP() << why;
}

extern "C" void check__record(const char *file, int line, const char *message)
{
    ADD_FAILURE_AT(file, line) << message;
}

extern "C" int check_failures(void)
{
    const testing::TestInfo *now =
        testing::UnitTest::GetInstance()->current_test_info();
    int failures = 0;
    for (int i = 0; now && i < now->result()->total_part_count(); i++)
        failures += now->result()->GetTestPartResult(i).failed();
    return failures;
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    for (check_test *test = all_tests; test; test = test->next)
        hand_over_for_each_hub(test);
    check__prepare();
    return RUN_ALL_TESTS();
}
